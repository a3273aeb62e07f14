import type { LaneSnapshot } from '@hookline/store';
import { expect, it } from 'vitest';
import { createDeliveryReads } from '../../src/delivery-reads.ts';
import { ACCOUNT, dateOf, event, ExportRig, HOOK, START_DAY } from '../export/export-rig.ts';

const EVENTS = 9_000;
/** The first block; its first position is the hook's. */
const EXPIRED = 4_095;
const KEPT = { eventsMs: null, attemptsMs: null, deadLettersMs: null };

/** A rig whose destination is away, with all events in the log and counted by the map. */
async function away(type: 'http' | 'kafka'): Promise<{ rig: ExportRig; bytes: number }> {
  const rig = new ExportRig(type);
  await rig.start();
  await rig.makeHook();
  await rig.time.run(50);
  rig.mood = 'failing';
  for (let i = 0; i < EVENTS; i += 1_000) await rig.append(Array.from({ length: 1_000 }, () => event({ day: START_DAY - 1 })));
  await rig.time.run(60_000);
  while (await rig.wait(rig.up.log.history.mapNextBlock()));
  return { rig, bytes: rig.appended.reduce((n, { base, profile }) => n + base.length + (profile?.length ?? 0) + 150, 0) };
}
async function keepAtMost(rig: ExportRig, eventBytesMax: number): Promise<void> {
  const { log, relay, exporter, clock } = rig.up;
  const makeRoom = async (accountId: number, through: number): Promise<void> => {
    await exporter.makeRoom(0, accountId, through);
    await relay.makeRoom(0, accountId, through);
  };
  while (await rig.wait(log.cleanUp(clock.now(), { ...KEPT, eventBytesMax }, makeRoom))) await rig.time.run(1);
}
const numbersOf = async (rig: ExportRig, laneId: string): Promise<LaneSnapshot> => (await rig.wait(rig.up.log.snapshot([laneId]))).get(laneId) as LaneSnapshot;
const sumOf = (n: LaneSnapshot): number => n.delivered + n.dead + n.waiting + n.inFlight + n.cancelled + n.expired;

it.for(['http', 'kafka'] as const)('past the cap what waited for a destination that is away (%s) expires, is counted, and the rest is delivered', async (type) => {
  const { rig, bytes } = await away(type);
  await keepAtMost(rig, Math.floor(bytes * 0.6));
  await rig.time.run(1_000);
  const holding = await numbersOf(rig, HOOK);
  expect(holding.expired).toBe(EXPIRED);
  expect(holding.matched).toBe(sumOf(holding));
  expect((await rig.wait(rig.up.log.read(0, { rowsMax: 1, bytesMax: 1 }))).rows[0]?.position).toBe(1);
  expect((await rig.wait(rig.up.log.read(1, { rowsMax: 1, bytesMax: 1 }))).rows[0]?.position).toBeGreaterThanOrEqual(4_097);
  rig.mood = 'well';
  await rig.time.run(900_000);
  const after = await numbersOf(rig, HOOK);
  expect([after.matched, after.delivered, after.expired, after.dead]).toEqual([EVENTS, EVENTS - EXPIRED, EXPIRED, 0]);
  expect(rig.copies(null).size).toBe(EVENTS - EXPIRED);
});

it('an event that expired at one hook and that another keeps shows as expired there', async () => {
  const { rig } = await away('http');
  const kept = { laneId: 'hok_other', hookId: 'hok_other', accountId: ACCOUNT, eventId: 'e', deliveryId: 'd', round: 0, code: 'http_4xx', message: '', attempts: 1, diedAt: 0, redrive: 0 };
  await rig.wait(rig.up.log.commit([3, 1_000, 6_000].map((position) => ({ op: 'dead', row: { ...kept, position } }) as const)));
  await keepAtMost(rig, 1);
  await rig.time.run(1_000);
  const reads = createDeliveryReads({ control: { hooks: { list: async () => ({ data: [rig.hook], next: null }) } } as never, logs: [rig.up.log], relay: null, exporter: null, now: () => 0 });
  const rows = await rig.wait(rig.up.log.readAt([3, 1_000, 6_000, 8_900]));
  const fates = await Promise.all(rows.map(async (row) => (await rig.wait(reads.fate(ACCOUNT, row)))[0]?.fate));
  expect(fates).toEqual(['expired', 'expired', 'expired', 'holding']);
});

it('what an export had in units expires with it, what it had not come to is counted as removed', async () => {
  const { rig } = await away('http');
  const id = (await rig.create(dateOf(START_DAY - 1), dateOf(START_DAY - 1))) as string;
  await rig.time.run(30_000);
  expect((await numbersOf(rig, id)).waiting).toBeGreaterThan(0);
  await keepAtMost(rig, 1);
  rig.mood = 'well';
  await rig.time.run(900_000);
  const run = rig.tables.exports.get(id)!;
  const p = await rig.wait(rig.up.runs.progress(run));
  expect(run.status).toBe('completed');
  // `expired` counts what was removed before it was matched, too.
  expect(p.matched + run.removed).toBe(p.delivered + p.dead + p.waiting + p.in_flight + p.cancelled + p.expired);
  expect(p.expired).toBeGreaterThan(run.removed);
  expect(p.delivered + p.expired).toBe(EVENTS);
  expect(rig.copies(id).size).toBe(p.delivered);
});
