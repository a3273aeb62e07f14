import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { HttpRequest, OutgoingBatch, Transport } from '@hookline/core';
import { afterAll, beforeAll } from 'vitest';
import { createDialGuard } from '../dial/dial-guard.ts';
import { systemClock } from '../system-clock.ts';
import { openPolicy } from '../../test/open-policy.ts';
import { transportConformance } from '../testing/transport-conformance.ts';
import type { TransportHarness } from '../testing/transport-harness.ts';
import { createFetchHttpTransport } from './fetch-http-transport.ts';
import { openHttpDestination } from './http-destination.ts';
import { createHttpTransport } from './http-transport.ts';
import { createPatternMatcher } from './pattern-matcher.ts';
import type { ReceiverRequest } from '../../test/http-receiver-process.ts';
import { createUndiciExchange } from './undici-exchange.ts';

const patterns = createPatternMatcher();
const exchange = createUndiciExchange(createDialGuard(openPolicy));
const common = { patterns, clock: systemClock, userAgent: 'Hookline/test', checkUrl: () => null };
const got = new Map<string, { id: string; body: Buffer }[]>();
let receiver: ChildProcess;
let port = 0;

const startReceiver = async (): Promise<void> => {
  receiver = fork(new URL('../../test/http-receiver-process.ts', import.meta.url), [String(port)], { execArgv: ['--no-warnings'] });
  const [ready] = (await once(receiver, 'message')) as [{ port: number }];
  port = ready.port;
  receiver.on('message', ({ id, bodyBase64 }: ReceiverRequest) => {
    const copies = got.get(id) ?? [];
    copies.push({ id, body: Buffer.from(bodyBase64, 'base64') });
    got.set(id, copies);
  });
};
const signalReceiver = (signal: NodeJS.Signals) => async (): Promise<void> => void receiver.kill(signal);

beforeAll(startReceiver);
afterAll(async () => {
  receiver.kill('SIGKILL');
  await exchange.close();
  await patterns.close();
});

function harness(name: string, create: (request: HttpRequest) => Transport): TransportHarness {
  const request = (path: string, change: Partial<HttpRequest> = {}): HttpRequest => ({
    type: 'http', url: `http://127.0.0.1:${port}${path}`, max_batch_size: 100, timeout_sec: 1, request_timeout_sec: 5, success_status: '2xx', headers: {}, auth: { type: 'none' }, ...change,
  });
  return {
    name,
    answers: 'batch',
    async open() {
      const transport = create(request('/in'));
      const ids = new Set<string>();
      const note = (batch: OutgoingBatch): OutgoingBatch => {
        ids.add(batch.deliveryId);
        return batch;
      };
      const watched: Transport = { ...transport, send: (batch, signal) => transport.send(note(batch), signal) };
      return { transport: watched, received: async () => [...ids].flatMap((id) => got.get(id) ?? []), close: () => transport.close() };
    },
    missing: { code: 'http_not_found', open: async () => create(request('/missing')) },
    refusedLogin: { code: 'http_auth', secret: 'wrong-canary', open: async () => create(request('/login', { auth: { type: 'bearer', token: { open: 'wrong-canary' } } })) },
    server: {
      async kill9() {
        const gone = once(receiver, 'exit');
        receiver.kill('SIGKILL');
        await gone;
      },
      start: startReceiver,
      freeze: signalReceiver('SIGSTOP'),
      thaw: signalReceiver('SIGCONT'),
    },
  };
}

const destinationOf = (request: HttpRequest) => {
  const destination = openHttpDestination({ hookId: 'hok_sample', accountId: 1 }, request, () => null);
  if ('kind' in destination) throw new Error(destination.message);
  return destination;
};

transportConformance(harness('HTTP on undici', (request) => createHttpTransport(destinationOf(request), { ...common, exchange })));
transportConformance(harness('HTTP on fetch', (request) => createFetchHttpTransport(destinationOf(request), { ...common, fetch: globalThis.fetch })));
