import { expect, it } from 'vitest';
import { appendAll, type LogBench } from './log-harness.ts';
import { draft, START_MS } from './sample-rows.ts';

const ALL = { rowsMax: 1_000, bytesMax: 1 << 20 };
/** A driver may leave it in its rows. */
const withoutCallerId = (row: object): object => ({ ...row, callerId: undefined });

export function appendCases(use: () => LogBench): void {
  it('gives each event a place and an id of its own, in order', async () => {
    const { log } = use();
    const items = await appendAll(log, [draft(), draft({ callerId: 'mine' }), draft()]);
    expect(items.map((i) => i.status)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(items.map((i) => i.position)).toEqual([1, 2, 3]);
    expect(items.map((i) => i.eventId)).toEqual([`evt_${log.logId}.0.1`, 'mine', `evt_${log.logId}.0.3`]);
    expect(log.end()).toBe(3);
  });

  it('reads back every member as it was, null, long and not ASCII', async () => {
    const { log } = use();
    const full = draft({ pixelId: 9, segmentId: 8, profile: '{"имя":"Ω"}', customData: '{"a":[1,null]}', contentRef: 'sha256:00', base: `{"x":"${'ё'.repeat(20_000)}\\u0000"`, profileId: "'; --", eventTimeMs: -1 });
    const bare = draft({ databaseId: null, resourceId: null, mailingId: null, templateId: null, profileId: null });
    await appendAll(log, [full, bare]);
    const expected = [full, bare].map((event, i) => ({ ...withoutCallerId(event), kind: 'event', position: i + 1, time: START_MS, eventId: `evt_${log.logId}.0.${i + 1}` }));
    await use().nowAndAfterStart(async (opened) => expect((await opened.read(0, ALL)).rows.map(withoutCallerId)).toEqual(expected));
  });

  it('pages: at most so many rows, about so many bytes, and through says how far', async () => {
    const { log } = use();
    await appendAll(log, Array.from({ length: 30 }, () => draft({ base: 'x'.repeat(100_000) })));
    await use().nowAndAfterStart(async (opened) => {
      const byRows = await opened.read(0, { rowsMax: 7, bytesMax: 1 << 30 });
      expect(byRows.rows.map((r) => r.position)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(byRows.through).toBe(7);
      const byBytes = await opened.read(10, { rowsMax: 1_000, bytesMax: 350_000 });
      expect(byBytes.rows.map((r) => r.position)).toEqual([11, 12, 13, 14]);
      const one = await opened.read(29, { rowsMax: 1_000, bytesMax: 1 });
      expect(one).toMatchObject({ through: 30, rows: [{ position: 30 }] });
      expect(await opened.read(30, ALL)).toEqual({ rows: [], through: 30 });
    });
  });

  it('joins what arrives together and keeps each request in one piece', async () => {
    const { log, backend } = use();
    const ends: number[] = [];
    const stop = log.onAppend((end) => ends.push(end));
    const results = await Promise.all(Array.from({ length: 200 }, () => appendAll(log, [draft(), draft()])));
    for (const [first, second] of results) expect(second?.position).toBe((first?.position ?? 0) + 1);
    expect(new Set(results.flat().map((i) => i.position)).size).toBe(400);
    expect(backend.commits).toBeLessThan(50);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(ends.at(-1)).toBe(400);
    stop();
    await appendAll(log, [draft()]);
    expect(ends.at(-1)).toBe(400);
  });

  it('reads places by number, leaving out what is not there', async () => {
    const { log } = use();
    await appendAll(log, Array.from({ length: 900 }, () => draft()));
    await log.appendControl({ hookId: 'hok_1', accountId: 1, change: 1, action: 'deleted' });
    await appendAll(log, [draft()]);
    const reopened = await use().open();
    const every = Array.from({ length: 950 }, (_, i) => i + 1);
    expect((await reopened.readAt(every)).map((r) => r.position)).toEqual([...every.slice(0, 900), 902]);
    expect((await reopened.readAt([5, 901, 902, 5_000])).map((r) => r.position)).toEqual([5, 902]);
    expect(await reopened.readAt([])).toEqual([]);
  });

  it('reads many large events by number', async () => {
    const { log } = use();
    for (let i = 0; i < 4; i++) await appendAll(log, Array.from({ length: 12 }, () => draft({ base: 'y'.repeat(250_000) })));
    const positions = Array.from({ length: 48 }, (_, i) => i + 1);
    const reopened = await use().open();
    const rows = await reopened.readAt(positions);
    expect(rows.map((r) => r.position)).toEqual(positions);
    expect(rows.every((r) => r.base.length === 250_000)).toBe(true);
  });

  it('finds the first place of a time', async () => {
    const { log, clock } = use();
    for (const at of [10, 10, 20, 40]) {
      clock.nowMs = START_MS + at;
      await appendAll(log, [draft(), draft()]);
    }
    expect(await Promise.all([0, 10, 11, 20, 21, 40, 41].map((at) => log.positionAt(START_MS + at)))).toEqual([1, 1, 5, 5, 7, 7, 9]);
  });

  it('answers the end plus one for a time in an empty log', async () => {
    expect(await use().log.positionAt(0)).toBe(1);
  });

  it('finds an event by the id that destinations see, in its account only', async () => {
    const { log } = use();
    const [made, own] = await appendAll(log, [draft(), draft({ callerId: 'order-1' })]);
    const looksLikeOurs = `evt_${log.logId}.0.1`;
    await appendAll(log, [draft({ accountId: 2, callerId: looksLikeOurs })]);
    await use().nowAndAfterStart(async (opened) => {
      expect(await opened.findEvent(1, made?.eventId ?? '')).toMatchObject({ position: 1 });
      expect(await opened.findEvent(1, 'order-1')).toMatchObject({ position: own?.position });
      expect(await opened.findEvent(2, looksLikeOurs)).toMatchObject({ position: 3, accountId: 2 });
      expect(await opened.findEvent(2, 'order-1')).toBeNull();
      expect(await opened.findEvent(1, `evt_${log.logId}.0.2`)).toBeNull();
      expect(await opened.findEvent(1, `evt_other.0.1`)).toBeNull();
      expect(await opened.findEvent(1, `evt_${log.logId}.0.99`)).toBeNull();
    });
  });

  it('keeps control records in their place and finds them all', async () => {
    const { log } = use();
    await appendAll(log, [draft()]);
    const record = { hookId: 'hok_1', accountId: 1, change: 1, action: 'activated', from: 1 } as const;
    expect(await log.appendControl(record)).toBe(2);
    await appendAll(log, [draft()]);
    await use().nowAndAfterStart(async (opened) => {
      expect((await opened.read(0, ALL)).rows.map((r) => r.kind)).toEqual(['event', 'control', 'event']);
      expect(await opened.controls()).toEqual([{ kind: 'control', position: 2, time: START_MS, accountId: 1, record }]);
    });
  });

  it('never lets log time go back, also across a start', async () => {
    const bench = use();
    await appendAll(bench.log, [draft()]);
    bench.clock.nowMs = START_MS - 60_000;
    await appendAll(bench.log, [draft()]);
    const reopened = await bench.open();
    await appendAll(reopened, [draft()]);
    expect((await reopened.read(0, ALL)).rows.map((r) => r.time)).toEqual([START_MS, START_MS, START_MS]);
  });

  it('gives no place twice and goes on where it was', async () => {
    const bench = use();
    const before = bench.log.logId;
    await appendAll(bench.log, [draft(), draft()]);
    const reopened = await bench.open();
    expect(reopened.logId).toBe(before);
    expect(reopened.end()).toBe(2);
    expect((await appendAll(reopened, [draft()]))[0]?.position).toBe(3);
  });

  it('refuses to open when a cursor stands beyond the end', async () => {
    const bench = use();
    await bench.log.commit([{ op: 'lane', laneId: 'hok_1', hookId: 'hok_1', accountId: 1, assigned: 5 }]);
    await expect(bench.open()).rejects.toMatchObject({ code: 'invariant_broken' });
  });

  it('takes nothing more once it is closed', async () => {
    const { log } = use();
    const last = appendAll(log, [draft()]);
    await use().close();
    expect((await last)[0]?.position).toBe(1);
    await expect(log.append({ events: [draft()] })).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(log.commit([{ op: 'scanned', position: 1 }])).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(log.appendControl({ hookId: 'h', accountId: 1, change: 1, action: 'deleted' })).rejects.toMatchObject({ code: 'store_unavailable' });
  });
}
