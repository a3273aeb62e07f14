import { connect } from 'node:net';
import type { AppendRequest, AppendResult, EventLog } from '@hookline/store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

// How the server ends: what is in flight is finished, what still comes is told to go elsewhere.

const EVENT = JSON.stringify({ event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_data: {} });

let rig: EdgeRig;
/** Appends wait here until the test lets them go. */
let held: { readonly request: AppendRequest; readonly go: () => void }[] = [];
beforeEach(async () => {
  held = [];
  rig = await openEdgeRig({
    deps: ({ log }) => ({
      logs: [Object.create(log, { append: { value: (request: AppendRequest) => new Promise<AppendResult>((resolve, reject) => held.push({ request, go: () => log.append(request).then(resolve, reject) })) } }) as EventLog],
    }),
  });
});
afterEach(() => rig.close());

const request = (): string => `POST /v1/events HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${rig.admin}\r\ncontent-type: application/json\r\ncontent-length: ${EVENT.length}\r\n\r\n${EVENT}`;

function open(): { write(text: string): void; received(): string; ended(): boolean } {
  const socket = connect(rig.server.port, '127.0.0.1');
  let text = '';
  let ended = false;
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('close', () => (ended = true));
  socket.on('error', () => (ended = true));
  return { write: (sent) => void socket.write(sent), received: () => text, ended: () => ended };
}

it('finishes what is in flight, refuses what comes after it, and takes no connection', async () => {
  const first = open();
  first.write(request());
  await expect.poll(() => held.length).toBe(1);
  const second = open();
  second.write('GET /livez HTTP/1.1\r\nhost: a\r\n\r\n');
  await expect.poll(() => second.received()).toContain('HTTP/1.1 200');

  const closed = rig.server.close(10_000);
  second.write(request());
  await expect.poll(() => second.received()).toContain('HTTP/1.1 503');
  expect(second.received()).toMatch(/connection: close/i);
  await expect(rig.call('GET', '/livez')).rejects.toThrow();
  expect(first.received()).toBe('');

  held[0]?.go();
  await closed;
  await expect.poll(() => first.received()).toMatch(/^HTTP\/1\.1 202/);
  expect(first.received()).toMatch(/connection: close/i);
  expect(await rig.events()).toHaveLength(1);
});

it('cuts what is not finished at the deadline', async () => {
  const stuck = open();
  stuck.write(request());
  await expect.poll(() => held.length).toBe(1);
  await rig.server.close(50);
  await expect.poll(() => stuck.ended()).toBe(true);
  expect(stuck.received()).toBe('');
  held[0]?.go();
});
