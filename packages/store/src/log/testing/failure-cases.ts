import { expect, it } from 'vitest';
import { waitFor } from '../../testing/wait-for.ts';
import { appendAll, type LogBench } from './log-harness.ts';
import { draft, laneOp, unit } from './sample-rows.ts';

const ALL = { rowsMax: 1_000, bytesMax: 1 << 20 };
const accepted = (bench: LogBench): Promise<void> => waitFor(() => bench.log.trouble() === null);

export function failureCases(use: () => LogBench): void {
  it('stores nothing of a commit that failed before it took effect, and says so', async () => {
    const bench = use();
    bench.backend.commitFaults.push({ effect: 'before', code: 'store_unavailable' });
    await expect(bench.log.append({ events: [draft({ callerId: 'a' }), draft()] })).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(bench.log.end()).toBe(0);
    expect((await bench.log.read(0, ALL)).rows).toEqual([]);
    expect((await appendAll(bench.log, [draft({ callerId: 'a' })]))[0]).toEqual({ status: 'accepted', eventId: 'a', position: 1 });
  });

  it('tells the truth about a commit that took effect though nobody was told', async () => {
    const bench = use();
    bench.backend.commitFaults.push({ effect: 'after', code: 'store_unavailable' });
    expect((await appendAll(bench.log, [draft({ callerId: 'a' })]))[0]).toEqual({ status: 'accepted', eventId: 'a', position: 1 });
    expect((await appendAll(bench.log, [draft({ callerId: 'a' }), draft()])).map((i) => [i.status, i.position])).toEqual([['duplicate', 1], ['accepted', 2]]);
    expect((await (await bench.open()).read(0, ALL)).rows.map((r) => r.position)).toEqual([1, 2]);
  });

  it('lets callers wait, and lets nobody else in, until the store has told', async () => {
    const bench = use();
    bench.backend.commitFaults.push({ effect: 'after', code: 'store_unavailable' });
    bench.backend.headerFaults = 2;
    const waiting = appendAll(bench.log, [draft()]);
    await waitFor(() => bench.log.trouble() !== null);
    await expect(bench.log.append({ events: [draft()] })).rejects.toMatchObject({ code: 'store_unavailable' });
    expect((await waiting)[0]?.position).toBe(1);
    expect(bench.log.trouble()).toBeNull();
  });

  it('waits for a lock that is held briefly without telling anybody', async () => {
    const bench = use();
    bench.backend.commitFaults.push(...Array.from({ length: 5 }, () => ({ effect: 'before', code: 'overloaded' }) as const));
    const results = [appendAll(bench.log, [draft()])];
    await waitFor(() => bench.backend.commits > 2);
    results.push(appendAll(bench.log, [draft()]));
    expect((await Promise.all(results)).flat().map((i) => i.position)).toEqual([1, 2]);
  });

  it('refuses events when the disk is full, writes what lanes need, and takes events again by itself', async () => {
    const bench = use();
    await appendAll(bench.log, Array.from({ length: 5 }, () => draft()));
    bench.backend.commitFaults.push({ effect: 'before', code: 'storage_full' });
    const refused = bench.log.append({ events: [draft({ callerId: 'a' })] });
    const lane = bench.log.commit([laneOp({ assigned: 3, add: { matched: 3 } }), { op: 'unit', unit: unit() }]);
    await expect(refused).rejects.toMatchObject({ code: 'storage_full' });
    expect(bench.log.trouble()).toBe('storage_full');
    await expect(bench.log.append({ events: [draft()] })).rejects.toMatchObject({ code: 'storage_full' });
    await lane;
    expect(await bench.log.appendControl({ hookId: 'hok_1', accountId: 1, change: 1, action: 'deactivated' })).toBe(6);
    expect((await bench.log.load()).lanes[0]).toMatchObject({ assigned: 3, matched: 3 });
    expect(bench.log.trouble()).toBe('storage_full');
    await accepted(bench);
    expect((await appendAll(bench.log, [draft({ callerId: 'a' })]))[0]).toMatchObject({ status: 'accepted', position: 7 });
  });

  it('reports trouble after three failures in a row, and finds out by itself when it is over', async () => {
    const bench = use();
    for (let i = 0; i < 3; i++) {
      expect(bench.log.trouble()).toBeNull();
      bench.backend.commitFaults.push({ effect: 'before', code: 'store_unavailable' });
      await expect(bench.log.append({ events: [draft()] })).rejects.toMatchObject({ code: 'store_unavailable' });
    }
    expect(bench.log.trouble()).toBe('store_unavailable');
    await expect(bench.log.append({ events: [draft()] })).rejects.toMatchObject({ code: 'store_unavailable' });
    await accepted(bench);
    expect((await appendAll(bench.log, [draft()]))[0]?.position).toBe(1);
  });

  it.each(['before', 'after'] as const)('does what lanes asked for once and in order, when commits fail %s they take effect', async (effect) => {
    const bench = use();
    bench.backend.commitFaults.push(...Array.from({ length: 2 }, () => ({ effect, code: 'store_unavailable' }) as const));
    const first = bench.log.commit([laneOp({ add: { matched: 3 } }), { op: 'unit', unit: unit() }]);
    const second = bench.log.commit([laneOp({ add: { delivered: 3 } }), { op: 'unit_gone', key: 'u1' }, { op: 'scanned', position: 0 }]);
    const control = bench.log.appendControl({ hookId: 'hok_1', accountId: 1, change: 1, action: 'activated' });
    await Promise.all([first, second, control]);
    expect(await control).toBe(1);
    expect(await bench.log.load()).toMatchObject({ lanes: [{ matched: 3, delivered: 3 }], units: [] });
    expect(await (await bench.open()).controls()).toHaveLength(1);
  });

  it('keeps nothing of an idempotent request that failed', async () => {
    const bench = use();
    const idempotency = { accountId: 1, path: '/v1/events', key: 'k', bodyHash: 'h', answer: () => 'stored' };
    bench.backend.commitFaults.push({ effect: 'before', code: 'store_unavailable' });
    await expect(bench.log.append({ events: [draft()], idempotency })).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await bench.log.append({ events: [draft()], idempotency: { ...idempotency, bodyHash: 'other' } })).toMatchObject({ kind: 'stored' });
  });
}
