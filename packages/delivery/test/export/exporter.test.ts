import { expect, it } from 'vitest';
import { ACCOUNT, ACTOR, dateOf, event, ExportRig, HOOK, START_DAY } from './export-rig.ts';

/** An export of 60 events that is under way for so long. */
async function underWay(afterMs: number, type: 'http' | 'kafka' = 'http'): Promise<{ rig: ExportRig; id: string }> {
  const rig = new ExportRig(type);
  rig.answerMs = 60;
  await rig.start();
  await rig.append(Array.from({ length: 60 }, () => event({ day: START_DAY - 1 })));
  await rig.makeHook();
  await rig.time.run(50);
  const id = (await rig.create(dateOf(START_DAY - 1), dateOf(START_DAY - 1))) as string;
  await rig.time.run(afterMs);
  return { rig, id };
}

it.for(['http', 'kafka'] as const)('after the abort of an export by %s no attempt begins, and what fails or waits is cancelled and counted', async (type) => {
  for (let afterMs = 0; afterMs < 40; afterMs += 0.25) {
    const { rig, id } = await underWay(afterMs, type);
    rig.mood = afterMs % 1 === 0 ? 'taking_and_failing' : 'well';
    await rig.wait(rig.up.runs.abort(ACCOUNT, id, ACTOR));
    const sent = rig.arrivals.length;
    await rig.time.run(60_000);
    expect(rig.arrivals.length).toBe(sent);
    const p = await rig.wait(rig.up.runs.progress(rig.tables.exports.get(id)!));
    expect([p.waiting, p.in_flight, p.matched]).toEqual([0, 0, p.delivered + p.cancelled + p.dead]);
    expect(rig.tables.exports.get(id)?.status).toBe('aborted');
  }
});

it('a kill right after the abort changes nothing about it', async () => {
  for (let afterMs = 0; afterMs < 40; afterMs += 0.5) {
    const { rig, id } = await underWay(afterMs);
    await rig.wait(rig.up.runs.abort(ACCOUNT, id, ACTOR));
    rig.kill();
    const sent = rig.arrivals.length;
    await rig.start();
    await rig.time.run(60_000);
    expect(rig.arrivals.length).toBe(sent);
    const p = await rig.wait(rig.up.runs.progress(rig.tables.exports.get(id)!));
    expect([p.waiting, p.in_flight, p.matched]).toEqual([0, 0, p.delivered + p.cancelled + p.dead]);
  }
});

it('a deleted hook aborts its export', async () => {
  const { rig, id } = await underWay(10);
  await rig.wait(rig.up.changes.delete(rig.hook));
  await rig.wait(rig.up.runs.hookChanged(ACCOUNT, HOOK));
  const sent = rig.arrivals.length;
  await rig.time.run(60_000);
  expect(rig.tables.exports.get(id)).toMatchObject({ status: 'aborted', pausedBy: null });
  expect(rig.arrivals.length).toBe(sent);
});

it('dead events of a finished export go out again under ids of the export, and not through live', async () => {
  const { rig, id } = await underWay(0);
  rig.mood = 'failing';
  await rig.time.run(10_000);
  rig.mood = 'well';
  await rig.time.run(40_000);
  await rig.finish(id);
  const before = rig.arrivals.length;
  const rows = (await rig.wait(rig.up.log.deadLetters(HOOK, { limit: 100, after: null }))).data;
  await rig.wait(rig.up.log.commit([{ op: 'dead', row: { laneId: id, hookId: HOOK, accountId: ACCOUNT, position: 3, eventId: 'e', deliveryId: 'd', round: 0, code: 'http_4xx', message: '', attempts: 1, diedAt: 0, redrive: 0 } }]));
  expect(rows).toEqual([]);
  expect(await rig.wait(rig.up.relay.redrive(HOOK, 'all'))).toBe(0);
  expect(await rig.wait(rig.up.exporter.redrive(HOOK, 'all'))).toBe(1);
  await rig.time.run(1_000);
  const again = rig.arrivals.slice(before);
  expect(again.map(({ exportId, messages }) => [exportId, messages.length])).toEqual([[id, 1]]);
  expect(rig.up.exporter.running()).toEqual([]);
  expect((await rig.wait(rig.up.log.deadLetters(HOOK, { limit: 100, after: null }))).data).toEqual([]);
});

it('what retention removes before the export comes there is counted as expired', async () => {
  const rig = new ExportRig();
  await rig.start();
  for (let i = 0; i < 8; i++) await rig.append(Array.from({ length: 700 }, () => event({ day: START_DAY - 1 })));
  await rig.makeHook();
  while (await rig.wait(rig.up.log.history.mapNextBlock()));
  await rig.time.run(3_000);
  const id = (await rig.create(dateOf(START_DAY - 1), dateOf(START_DAY - 1), 100)) as string;
  await rig.time.run(5_000);
  // In two days all of it is older than it is kept.
  while (await rig.wait(rig.up.log.cleanUp(rig.up.clock.now() + 2 * 86_400_000, { eventsMs: 86_400_000, attemptsMs: null, deadLettersMs: null })));
  await rig.time.run(12_000);
  expect(rig.tables.exports.get(id)!.removed).toBeGreaterThan(3_000);
  await rig.finish(id);
  const run = rig.tables.exports.get(id)!;
  const p = await rig.wait(rig.up.runs.progress(run));
  expect([run.status, run.total, p.scanned + p.expired, p.delivered + p.expired]).toEqual(['completed', 5_600, 5_600, 5_600]);
  expect(p.expired).toBeGreaterThan(3_000);
});

it('keeps to its speed limit, also when it is changed', async () => {
  const { rig, id } = await underWay(0);
  await rig.wait(rig.up.runs.limit(ACCOUNT, id, 10, { actor: ACTOR, expectedVersion: null }));
  const sent = (): number => [...rig.copies(id).values()].length;
  const first = sent();
  await rig.time.run(2_500);
  expect(sent() - first).toBeLessThanOrEqual(26);
  await rig.wait(rig.up.runs.limit(ACCOUNT, id, null, { actor: ACTOR, expectedVersion: null }));
  await rig.time.run(2_000);
  expect(sent()).toBe(60);
});

it('says what live delivers meanwhile', async () => {
  const { rig, id } = await underWay(0);
  await rig.wait(rig.up.runs.limit(ACCOUNT, id, 5, { actor: ACTOR, expectedVersion: null }));
  const live = async (): Promise<number | null> => (await rig.wait(rig.up.runs.progress(rig.tables.exports.get(id)!))).live_events_per_sec;
  await rig.time.run(1_100);
  expect(await live()).toBe(0);
  await rig.append(Array.from({ length: 70 }, () => event({ day: START_DAY })));
  await rig.time.run(1_000);
  expect(await live()).toBeGreaterThan(20);
  await rig.wait(rig.up.runs.suspend(ACCOUNT, id, ACTOR));
  expect(await live()).toBeNull();
});

it('once it is over its lane leaves the log and its numbers stay, unless dead events of it could be sent again', async () => {
  const { rig, id } = await underWay(0);
  await rig.finish(id);
  const progress = () => rig.wait(rig.up.runs.progress(rig.tables.exports.get(id)!));
  const lanes = async (): Promise<string[]> => (await rig.wait(rig.up.log.load())).lanes.map(({ laneId }) => laneId);
  const numbers = await progress();
  expect([numbers.delivered, await lanes()]).toEqual([60, expect.arrayContaining([id])]);
  await rig.wait(rig.up.log.commit([{ op: 'lane', laneId: id, hookId: HOOK, accountId: ACCOUNT, add: { dead: 1, delivered: -1 } }, { op: 'dead', row: { laneId: id, hookId: HOOK, accountId: ACCOUNT, position: 3, eventId: 'e', deliveryId: 'd', round: 0, code: 'http_4xx', message: '', attempts: 1, diedAt: 0, redrive: 0 } }]));
  await rig.time.run(130_000);
  expect(await lanes()).toContain(id);
  expect(await rig.wait(rig.up.exporter.redrive(HOOK, 'all'))).toBe(1);
  await rig.time.run(130_000);
  expect(await lanes()).not.toContain(id);
  expect(await progress()).toEqual({ ...numbers, live_events_per_sec: null });
  rig.kill();
  await rig.start();
  expect(await progress()).toMatchObject({ percent: 100, scanned: 60, delivered: 60 });
});

it('does not wait for its last batch to fill', async () => {
  const { rig, id } = await underWay(950);
  expect(rig.arrivals.at(-1)?.messages).toHaveLength(60 % 7);
  expect(rig.tables.exports.get(id)?.status).toBe('completed');
});

it('says how fast it is after a second, and forgets that when it stands', async () => {
  const { rig, id } = await underWay(0);
  await rig.wait(rig.up.runs.limit(ACCOUNT, id, 10, { actor: ACTOR, expectedVersion: null }));
  const rate = async (): Promise<number> => (await rig.wait(rig.up.runs.progress(rig.tables.exports.get(id)!))).events_per_sec;
  await rig.time.run(1_100);
  expect(await rate()).toBeGreaterThan(4);
  await rig.wait(rig.up.runs.suspend(ACCOUNT, id, ACTOR));
  await rig.time.run(10_000);
  expect(await rate()).toBe(0);
  await rig.wait(rig.up.runs.resume(ACCOUNT, id, ACTOR));
  await rig.time.run(2_100);
  expect(await rate()).toBeGreaterThan(4);
  expect(await rate()).toBeLessThan(21);
});
