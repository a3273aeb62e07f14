import { expect, it } from 'vitest';
import type { AppendResult, IdempotentRequest } from '../event-log.ts';
import type { hashCallerId } from '../dedupe-index.ts';
import { appendAll, type LogBench, WINDOW_MS } from './log-harness.ts';
import { draft } from './sample-rows.ts';

const withId = (callerId: string, accountId = 1) => draft({ callerId, accountId });
const key = (change: Partial<IdempotentRequest> = {}): IdempotentRequest => ({ accountId: 1, path: '/v1/events', key: 'k', bodyHash: 'h', answer: (items) => JSON.stringify(items), ...change });
const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `id-${i}`);

export function idempotencyCases(use: () => LogBench): void {
  it('stores one event for one id, within a request and across them, also after a start', async () => {
    const { log } = use();
    const items = await appendAll(log, [withId('a'), withId('b'), withId('a')]);
    expect(items.map((i) => [i.status, i.eventId, i.position])).toEqual([['accepted', 'a', 1], ['accepted', 'b', 2], ['duplicate', 'a', 1]]);
    await use().nowAndAfterStart(async (opened) => {
      expect(await appendAll(opened, [withId('b'), draft({ callerId: 'a', base: 'another body' })])).toEqual([
        { status: 'duplicate', eventId: 'b', position: 2 }, { status: 'duplicate', eventId: 'a', position: 1 },
      ]);
      expect(opened.end()).toBe(2);
    });
  });

  it('keeps accounts apart', async () => {
    const { log } = use();
    expect((await appendAll(log, [withId('a', 1), withId('a', 2), withId('1/a', 1), withId('a', 11)])).map((i) => i.status)).toEqual(Array(4).fill('accepted'));
  });

  it('stores one of 32 copies of each of 100 ids that arrive at once', async () => {
    const { log } = use();
    const results = await Promise.all(Array.from({ length: 32 }, () => numbered(100)).flat().map(async (id) => (await appendAll(log, [withId(id)]))[0]));
    for (const id of numbered(100)) {
      const copies = results.filter((item) => item?.eventId === id);
      expect(copies.filter((item) => item?.status === 'accepted')).toHaveLength(1);
      expect(new Set(copies.map((item) => item?.position)).size).toBe(1);
    }
    expect(log.end()).toBe(100);
  });

  it('takes an id again after the window, and the new event is then the one that counts', async () => {
    const { log, clock } = use();
    await appendAll(log, [withId('a')]);
    clock.nowMs += WINDOW_MS;
    expect((await appendAll(log, [withId('a')]))[0]).toMatchObject({ status: 'duplicate', position: 1 });
    clock.nowMs += 1;
    expect((await appendAll(log, [withId('a')]))[0]).toMatchObject({ status: 'accepted', position: 2 });
    expect((await appendAll(log, [withId('a')]))[0]).toMatchObject({ status: 'duplicate', position: 2 });
    expect(await log.findEvent(1, 'a')).toMatchObject({ position: 2 });
  });

  it('answers the same request as before, also after a start', async () => {
    const { log } = use();
    const first = await log.append({ events: [draft(), withId('a')], idempotency: key() });
    expect(first).toMatchObject({ kind: 'stored' });
    const answer = JSON.stringify(first.kind === 'stored' ? first.items : null);
    await use().nowAndAfterStart(async (opened) => expect(await opened.append({ events: [draft(), withId('a')], idempotency: key() })).toEqual({ kind: 'replay', answer }));
    expect(use().log.end()).toBe(2);
  });

  it('refuses another body under the same key, and tells keys, paths and accounts apart', async () => {
    const { log } = use();
    const send = async (change: Partial<IdempotentRequest>): Promise<string> => (await log.append({ events: [draft()], idempotency: key(change) })).kind;
    expect(await send({})).toBe('stored');
    expect(await send({ bodyHash: 'other' })).toBe('mismatch');
    expect(await Promise.all([send({ key: 'K' }), send({ path: '/v1/other' }), send({ accountId: 2 })])).toEqual(['stored', 'stored', 'stored']);
    expect(log.end()).toBe(4);
  });

  it('stores one of 32 copies of a request that arrive at once', async () => {
    const { log } = use();
    const results = await Promise.all(Array.from({ length: 32 }, (_, i): Promise<AppendResult> => log.append({ events: [draft(), draft()], idempotency: key({ bodyHash: i === 31 ? 'other' : 'h' }) })));
    const kinds = results.map((r) => r.kind);
    expect(kinds.filter((kind) => kind === 'stored')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'replay')).toHaveLength(30);
    expect(kinds.filter((kind) => kind === 'mismatch')).toHaveLength(1);
    expect(log.end()).toBe(2);
  });

  it('forgets a key after the window', async () => {
    const { log, clock } = use();
    await log.append({ events: [draft()], idempotency: key() });
    clock.nowMs += WINDOW_MS + 1;
    expect(await log.append({ events: [draft()], idempotency: key({ bodyHash: 'other' }) })).toMatchObject({ kind: 'stored' });
    expect(await log.append({ events: [draft()], idempotency: key({ bodyHash: 'other' }) })).toMatchObject({ kind: 'replay' });
  });

  it('stores a request of nothing but duplicates with its answer', async () => {
    const { log } = use();
    await appendAll(log, [withId('a')]);
    expect(await log.append({ events: [withId('a')], idempotency: key() })).toMatchObject({ kind: 'stored', items: [{ status: 'duplicate' }] });
    expect(await log.append({ events: [withId('a')], idempotency: key() })).toMatchObject({ kind: 'replay' });
  });
}

/** Hashes that leave 3 values and 2 parts: nearly every id collides with a third of the others. */
const colliding: typeof hashCallerId = (_seed, accountId, callerId) => ({ high: callerId.length % 2 === 0 ? 0 : 0xffffffff, low: (accountId + callerId.length) % 3 });

const SEALING = [
  ['', {}],
  [', when hashes collide', { hash: colliding }],
  [', when no filter fits in memory', { filterBytesMax: 0 }],
] as const;

export function sealedRunCases(use: () => LogBench): void {
  it.each(SEALING)('knows every id when most of them are in sealed runs%s', async (_, more) => {
    const bench = use();
    const dedupe = { idsPerRun: 40, ...more };
    const log = await bench.open(dedupe);
    const ids = numbered(300);
    for (const id of ids) await appendAll(log, [withId(id)]);
    for (let i = 0; i < 130; i++) await appendAll(log, [draft()]);
    const runs = await bench.backend.backend.idRuns(0);
    expect(runs.length).toBeGreaterThan(1);
    expect(runs.reduce((sum, run) => sum + run.ids, 0)).toBeLessThan(300);
    await bench.nowAndAfterStart(async (opened) => {
      const copies = await appendAll(opened, ids.map((id) => withId(id)));
      expect(copies.map((i) => [i.status, i.position])).toEqual(ids.map((_id, i) => ['duplicate', i + 1]));
      expect((await appendAll(opened, [withId('id-0', opened.end()), withId(`id-${opened.end()}`)])).map((i) => i.status)).toEqual(['accepted', 'accepted']);
    }, dedupe);
    expect(await bench.log.findEvent(1, 'id-7')).toMatchObject({ position: 8 });
  });

  it('takes an id again after the window though a run knows it', async () => {
    const bench = use();
    const log = await bench.open({ idsPerRun: 10 });
    for (const id of numbered(60)) await appendAll(log, [withId(id)]);
    bench.clock.nowMs += WINDOW_MS + 1;
    expect((await appendAll(log, [withId('id-3')]))[0]).toMatchObject({ status: 'accepted', position: 61 });
    const reopened = await bench.open({ idsPerRun: 10 });
    expect((await appendAll(reopened, [withId('id-3'), withId('id-4')])).map((i) => i.status)).toEqual(['duplicate', 'accepted']);
    expect(await reopened.findEvent(1, 'id-9')).toMatchObject({ position: 10 });
  });

  it('does not read again at a start what carries no id', async () => {
    const bench = use();
    const log = await bench.open({ positionsPerRun: 50 });
    for (let i = 0; i < 120; i++) await appendAll(log, [draft()]);
    const runs = await bench.backend.backend.idRuns(0);
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.at(-1)?.through).toBeGreaterThanOrEqual(50);
    expect((await appendAll(await bench.open({ positionsPerRun: 50 }), [withId('a')]))[0]?.status).toBe('accepted');
  });

  it('goes on with a run of which only some parts were written', async () => {
    const bench = use();
    const log = await bench.open({ idsPerRun: 64 });
    const ids = numbered(64);
    await appendAll(log, ids.map((id) => withId(id)));
    for (let i = 0; i < 3; i++) await appendAll(log, [draft()]);
    expect(await bench.backend.backend.idRuns(0)).toEqual([]);
    expect((await appendAll(log, ids.map((id) => withId(id)))).every((i) => i.status === 'duplicate')).toBe(true);
    const reopened = await bench.open({ idsPerRun: 64 });
    for (let i = 0; i < 80; i++) await appendAll(reopened, [draft()]);
    expect(await bench.backend.backend.idRuns(0)).toHaveLength(1);
    const again = await bench.open({ idsPerRun: 64 });
    expect((await appendAll(again, ids.map((id) => withId(id)))).every((i) => i.status === 'duplicate')).toBe(true);
  });
}
