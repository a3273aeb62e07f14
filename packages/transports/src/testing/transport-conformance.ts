// What every transport promises, as tests. A driver's test file calls this with its harness; the promises are those of core's `Transport`.
import type { OutgoingBatch, SendResult, Transport } from '@hookline/core';
import { afterEach, describe, expect, it } from 'vitest';
import { sampleBatch, sampleBodies } from './sample-batch.ts';
import type { ConformanceDestination, TransportHarness } from './transport-harness.ts';

/** A send settles by its own deadline of 15 s, some of these wait for two and a restart. */
const SLOW_TEST_TIMEOUT_MS = 90_000;

export function transportConformance(harness: TransportHarness): void {
  describe(harness.name, () => {
    const opened: { close(): Promise<void> }[] = [];
    const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
      opened.push(thing);
      return thing;
    };
    const open = async (): Promise<ConformanceDestination> => keep(await harness.open());
    afterEach(async () => {
      for (const thing of opened.splice(0)) await thing.close();
    });

    it('delivers a batch with its exact bytes and ids', async () => {
      const { transport, received } = await open();
      const batch = sampleBatch(['{"a":1}', '{"b":"ü\\u0000\\ud83d\\ude00"}', '{"c":1.0,"d":-0,"e":9007199254740993}']);
      const result = await transport.send(batch);
      expect(result.outcome).toEqual({ kind: 'delivered' });
      expect(sorted(await received(idsOf(batch, harness)))).toEqual(expectedCopies(batch, harness));
    });

    it('says of each message what became of it, in order, or of none', async () => {
      const { transport } = await open();
      const { each } = await transport.send(sampleBatch(sampleBodies(3)));
      expect(each).toEqual(harness.answers === 'each' ? sampleBodies(3).map(() => ({ kind: 'delivered' })) : undefined);
    });

    it('takes several batches at a time and delivers each of them once', async () => {
      const { transport, received } = await open();
      const batches = Array.from({ length: 8 }, () => sampleBatch(sampleBodies(25)));
      const results = await Promise.all(batches.map((batch) => transport.send(batch)));
      expect(results.map((result) => result.outcome)).toEqual(batches.map(() => ({ kind: 'delivered' })));
      const expected = batches.flatMap((batch) => expectedCopies(batch, harness));
      expect(sorted(await received(expected.map((copy) => copy.id)))).toEqual(sorted(expected));
    });

    it('sends a batch again with the same ids and the same bytes', async () => {
      const { transport, received } = await open();
      const batch = sampleBatch(sampleBodies(2));
      await transport.send(batch);
      await transport.send({ ...batch, attempt: 2 });
      const expected = expectedCopies(batch, harness);
      expect(sorted(await received(idsOf(batch, harness)))).toEqual(sorted([...expected, ...expected]));
    });

    it('settles at once when it is stopped before it began', async () => {
      const { transport } = await open();
      const { outcome } = await transport.send(sampleBatch(['{}']), AbortSignal.abort());
      expect(outcome.kind).not.toBe('delivered');
    });

    it('can be closed twice', async () => {
      const { transport } = await open();
      await transport.send(sampleBatch(['{}']));
      await transport.close();
      await expect(transport.close()).resolves.toBeUndefined();
    });

    it('keeps evidence of what was sent, cut', async () => {
      const { transport } = await open();
      const long = JSON.stringify({ text: 'ü'.repeat(5000) });
      const { evidence } = await transport.send(sampleBatch([long]));
      const body = evidence.request.body ?? '';
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(1024);
      expect(`[${long}]`).toContain(body);
      expect(body.length).toBeGreaterThan(100);
    });

    if (harness.missing !== undefined) missingPlaceCases(harness.missing, keep);
    if (harness.refusedLogin !== undefined) refusedLoginCases(harness.refusedLogin, keep);
    if (harness.limited !== undefined) limitCases(harness.limited, keep);
    if (harness.server !== undefined) failingServerCases(harness, harness.server, open);
  });
}

type Keep = <T extends { close(): Promise<void> }>(thing: T) => T;

function missingPlaceCases(missing: NonNullable<TransportHarness['missing']>, keep: Keep): void {
  it('fails at a place that is not there, and again: nothing was made by it', async () => {
    const transport = keep(await missing.open());
    const { outcome } = await transport.send(sampleBatch(sampleBodies(2)));
    expect(outcome).toMatchObject({ kind: 'failed', code: missing.code });
    expect((await transport.send(sampleBatch(['{}']))).outcome).toMatchObject({ kind: 'failed', code: missing.code });
  });
}

function refusedLoginCases({ code, secret, open }: NonNullable<TransportHarness['refusedLogin']>, keep: Keep): void {
  it('fails with a login that is refused, and shows no secret', async () => {
    const transport = keep(await open());
    const results = [await transport.send(sampleBatch(['{}'])), await transport.send(sampleBatch(['{}']))];
    expect(results.map((result) => result.outcome)).toEqual(results.map(() => expect.objectContaining({ kind: 'failed', code })));
    expect(JSON.stringify(results)).not.toContain(secret);
  });
}

function limitCases({ bytesMax, open }: NonNullable<TransportHarness['limited']>, keep: Keep): void {
  it('refuses the messages that are too large and delivers the others', async () => {
    const { transport, received } = keep(await open());
    const tooLarge = new Set([3, 11]);
    const bodies = sampleBodies(20).map((body, index) => (tooLarge.has(index) ? JSON.stringify('x'.repeat(bytesMax + 1)) : body));
    const batch = sampleBatch(bodies);
    const { each } = await transport.send(batch);
    expect(each).toEqual(bodies.map((_, index) => (tooLarge.has(index) ? expect.objectContaining({ kind: 'rejected', code: 'payload_too_large' }) : { kind: 'delivered' })));
    const wanted = batch.messages.filter((_, index) => !tooLarge.has(index)).map((message) => message.messageId);
    expect(new Set((await received(wanted)).map((copy) => copy.id))).toEqual(new Set(wanted));
  });
}

function failingServerCases(harness: TransportHarness, { kill9, start, freeze, thaw }: NonNullable<TransportHarness['server']>, open: TransportHarness['open']): void {
  it('fails while the server is down, and the same transport delivers once it is back', { timeout: SLOW_TEST_TIMEOUT_MS }, async () => {
    const { transport, received } = await open();
    await transport.send(sampleBatch(['{}']));
    await kill9();
    try {
      const { outcome } = await transport.send(sampleBatch(['{}']));
      expect(outcome.kind).not.toBe('delivered');
      // by now it knows that there is no connection: nothing was sent
      expect((await transport.send(sampleBatch(['{}']))).outcome.kind).toBe('failed');
    } finally {
      await start();
    }
    const batch = sampleBatch(sampleBodies(3));
    await expect.poll(async () => (await transport.send(batch)).outcome.kind, { timeout: 30_000, interval: 500 }).toBe('delivered');
    expect(await absent(idsOf(batch, harness), received)).toEqual([]);
  });

  it('reports nothing as delivered that a killed server does not have', { timeout: SLOW_TEST_TIMEOUT_MS }, async () => {
    const { transport, received } = await open();
    const traffic = keepSending(transport);
    await traffic.firstResults;
    await kill9();
    const sent = await traffic.ended();
    await start();
    const delivered = sent.flatMap(({ batch, result }) => deliveredIds(batch, result, harness));
    expect(delivered.length).toBeGreaterThan(0);
    expect(sent.some(({ result }) => result.outcome.kind !== 'delivered')).toBe(true);
    expect(await absent(delivered, received)).toEqual([]);
  });

  it('cannot tell whether a server that froze has it, and delivers when it thaws', { timeout: SLOW_TEST_TIMEOUT_MS }, async () => {
    const { transport, received } = await open();
    await transport.send(sampleBatch(['{}']));
    await freeze();
    try {
      // a signal takes a moment: the first one may still be answered
      await expect.poll(async () => (await transport.send(sampleBatch(['{}']))).outcome.kind, { timeout: 40_000 }).toBe('unknown');
    } finally {
      await thaw();
    }
    const batch = sampleBatch(sampleBodies(3));
    await expect.poll(async () => (await transport.send(batch)).outcome.kind, { timeout: 30_000, interval: 500 }).toBe('delivered');
    expect(await absent(idsOf(batch, harness), received)).toEqual([]);
  });

  it('settles at once when it is stopped in the middle', { timeout: SLOW_TEST_TIMEOUT_MS }, async () => {
    const { transport } = await open();
    await transport.send(sampleBatch(['{}']));
    await freeze();
    try {
      const stop = new AbortController();
      const sending = transport.send(sampleBatch(['{}']), stop.signal);
      setImmediate(() => stop.abort());
      expect((await sending).outcome.kind).not.toBe('delivered');
    } finally {
      await thaw();
    }
  });

}

type Received = ConformanceDestination['received'];

interface Sent {
  readonly batch: OutgoingBatch;
  readonly result: SendResult;
}

const SENDER_COUNT = 4;
const RESULTS_BEFORE_THE_FAULT = 20;

/** Batch after batch, several at a time; each sender ends with its first batch that is not delivered. */
function keepSending(transport: Transport): { readonly firstResults: Promise<void>; ended(): Promise<readonly Sent[]> } {
  const sent: Sent[] = [];
  const firstResults = Promise.withResolvers<void>();
  const send = async (): Promise<void> => {
    for (;;) {
      const batch = sampleBatch(sampleBodies(100));
      const result = await transport.send(batch);
      sent.push({ batch, result });
      if (sent.length === RESULTS_BEFORE_THE_FAULT) firstResults.resolve();
      if (result.outcome.kind !== 'delivered') return;
    }
  };
  const senders = Promise.all(Array.from({ length: SENDER_COUNT }, send));
  return {
    firstResults: firstResults.promise,
    async ended() {
      await senders;
      return sent;
    },
  };
}

async function absent(ids: readonly string[], received: Received): Promise<string[]> {
  const there = new Set((await received(ids)).map((copy) => copy.id));
  return ids.filter((id) => !there.has(id));
}

/** What the destination must have of a batch: over HTTP the array under the delivery's id, elsewhere each message under its own. */
function expectedCopies(batch: OutgoingBatch, { answers }: TransportHarness): { id: string; body: Buffer }[] {
  if (answers === 'batch') return [{ id: batch.deliveryId, body: Buffer.from(batch.body) }];
  return sorted(batch.messages.map(({ messageId, body }) => ({ id: messageId, body: Buffer.from(body) })));
}

const idsOf = (batch: OutgoingBatch, harness: TransportHarness): string[] => expectedCopies(batch, harness).map((copy) => copy.id);

function deliveredIds(batch: OutgoingBatch, { outcome, each }: SendResult, { answers }: TransportHarness): string[] {
  if (answers === 'batch') return outcome.kind === 'delivered' ? [batch.deliveryId] : [];
  return batch.messages.filter((_, index) => each?.[index]?.kind === 'delivered').map((message) => message.messageId);
}

const sorted = <T extends { readonly id: string }>(list: readonly T[]): T[] => [...list].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
