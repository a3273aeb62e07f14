import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConnectionLimits } from '../src/entry/connection-limits.ts';
import { EDGE_LIMITS } from '../src/limits.ts';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';
import { rawHttp } from './raw-http.ts';

// faults.md L1, L7, bad-input.md A49: how much one account and one address may bring.

const CLICK = { event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_data: {} };
const batch = (count: number, over: object = {}): unknown[] => Array.from({ length: count }, () => ({ ...CLICK, ...over }));

let rig: EdgeRig;
beforeEach(async () => {
  rig = await openEdgeRig({ config: { ingestEventsPerSecMax: 100 } });
});
afterEach(() => rig.close());

const post = (body: unknown, token = rig.admin) => rig.call('POST', '/v1/events', { token, body });

describe('L1: events a second', () => {
  it('an account over its rate gets 429 with the time to wait, the other account notices nothing', async () => {
    expect((await post(batch(500))).json).toMatchObject({ accepted: 500 });
    const refused = await post(CLICK);
    expect(refused).toMatchObject({ status: 429, json: { error: { code: 'rate_limited' } } });
    const waitSec = Number(refused.headers.get('retry-after'));
    expect(waitSec).toBeGreaterThanOrEqual(3);
    expect((await post(batch(150), rig.other)).json).toMatchObject({ accepted: 150 });
    expect((await rig.events()).length).toBe(650);
    rig.clock.move(waitSec * 1000);
    expect((await post(CLICK)).status).toBe(202);
  });

  it('is refused by its headers alone: the body is not waited for', async () => {
    await post(batch(500));
    const [answer] = await rawHttp(rig.server.port, `POST /v1/events HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${rig.admin}\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n`);
    expect(answer?.status).toBe(429);
  });

  it("of a platform's batch the events of that account alone are rejected", async () => {
    await post(batch(500));
    const mixed = [...batch(2, { account_id: 1 }), ...batch(3, { account_id: 2 })];
    expect(await post(mixed, rig.platform)).toMatchObject({ status: 202, json: { accepted: 3, rejected: 2, items: [{ index: 0, code: 'rate_limited', path: '/0' }, { index: 1, code: 'rate_limited' }] } });
    expect((await post(batch(2, { account_id: 1 }), rig.platform)).status).toBe(429);
  });

  it('only counts what is taken in', async () => {
    for (let n = 0; n < 5; n++) expect((await post(Array.from({ length: 1000 }, () => ({})))).json).toMatchObject({ rejected: 1000 });
    expect((await post(CLICK)).status).toBe(202);
  });
});

describe('A49: pipelined requests', () => {
  it('a connection with too many unanswered ones is not read from until half have their answers', () => {
    const limits = createConnectionLimits({ ofAddressMax: 10, pipelinedMax: 4 });
    const calls: string[] = [];
    const socket = { remoteAddress: '192.0.2.1', once() {}, pause: () => void calls.push('pause'), resume: () => void calls.push('resume') };
    const ends: (() => void)[] = [];
    const begin = (): void => limits.begin({ socket } as never, { once: (_event: string, listener: () => void) => void ends.push(listener) } as never);
    limits.admit(socket as never);
    for (let n = 0; n < 4; n++) begin();
    expect(calls).toEqual([]);
    for (let n = 0; n < 3; n++) begin();
    expect(calls).toEqual(['pause']);
    for (let n = 0; n < 4; n++) ends[n]?.();
    expect(calls).toEqual(['pause']);
    ends[4]?.();
    expect(calls).toEqual(['pause', 'resume']);
    for (let n = 0; n < 3; n++) begin();
    expect(calls).toEqual(['pause', 'resume', 'pause']);
  });

  it('ten times as many as there may be are all answered, in order', async () => {
    const count = 10 * EDGE_LIMITS.pipelinedRequestsMax;
    const request = (n: number): string => `GET /v1/catalog/segments/${n + 1} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${rig.admin}\r\nx-pad: ${'x'.repeat(2_000)}\r\n\r\n`;
    const answers = await rawHttp(rig.server.port, Array.from({ length: count }, (_, n) => request(n)), count);
    expect(answers).toHaveLength(count);
    expect(answers.every(({ status }) => status === 404)).toBe(true);
    expect((await post(CLICK)).status).toBe(202);
  });
});

describe('A49: connections of one address', () => {
  const open = async (): Promise<Socket & { ended: boolean }> => {
    const socket = Object.assign(connect(rig.server.port, '127.0.0.1'), { ended: false });
    socket.on('close', () => {
      socket.ended = true;
    });
    socket.on('error', () => {}).resume();
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  };

  it('the one that has been idle longest makes room for the next, never one that waits for its answer', async () => {
    const limits = createConnectionLimits({ ofAddressMax: 3, pipelinedMax: 10 });
    const made = (name: string) => {
      const listeners: (() => void)[] = [];
      return { name, remoteAddress: '192.0.2.1', destroyed: false, once: (_event: string, listener: () => void) => void listeners.push(listener), destroy() { this.destroyed = true; for (const listener of listeners) listener(); } };
    };
    const sockets = ['a', 'b', 'c', 'd', 'e', 'f'].map(made);
    const [a, b, c, d, e, f] = sockets as unknown as [never, never, never, never, never, never];
    const alive = (): string => sockets.filter(({ destroyed }) => !destroyed).map(({ name }) => name).join('');
    const begin = (socket: never): (() => void) => {
      let end = (): void => {};
      limits.begin({ socket } as never, { once: (_event: string, listener: () => void) => void (end = listener) } as never);
      return () => end();
    };
    for (const socket of [a, b, c]) limits.admit(socket);
    const endA = begin(a);
    limits.admit(d);
    expect(alive()).toBe('acdef');
    begin(c);
    endA();
    limits.admit(e);
    expect(alive()).toBe('acef');
    const endE = begin(e);
    begin(a);
    limits.admit(f);
    expect(alive()).toBe('ace');
    endE();
  });

  it('more than there may be, all of them waiting, do not keep others out', async () => {
    const idle: Awaited<ReturnType<typeof open>>[] = [];
    while (idle.length < EDGE_LIMITS.connectionsOfAddressMax) idle.push(...(await Promise.all(Array.from({ length: 100 }, open))));
    const more = await Promise.all(Array.from({ length: 20 }, open));
    await expect.poll(() => idle.filter(({ ended }) => ended).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(20);
    expect(more.every(({ ended }) => !ended)).toBe(true);
    expect((await post(CLICK)).status).toBe(202);
    for (const socket of [...idle, ...more]) socket.destroy();
  });
});
