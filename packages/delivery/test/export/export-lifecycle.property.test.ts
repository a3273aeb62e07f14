// The life of an export as a model: who may do what, and what holds whatever happens, a kill between any two instructions included.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ACCOUNT, ACTOR, belongs, dateOf, event, ExportRig, HOOK, START_DAY } from './export-rig.ts';

type Status = 'in_progress' | 'paused' | 'completed' | 'aborted';

/** What is expected; the engine alone decides when `in_progress` becomes `completed`. */
interface Model {
  exportId: string | null;
  status: Status | null;
  pausedBy: 'user' | 'hook_inactive' | null;
  hookActive: boolean;
  toNow: boolean;
  /** Arrivals when it was aborted: none of it comes after. */
  abortedAt: number | null;
  /** Arrivals when it was made. */
  madeAt: number;
  /** Deliveries that a kill left without a known end, and sends that were taken and answered as failed. */
  repeats: number;
  wellAllTheTime: boolean;
}

type Command = fc.AsyncCommand<Model, ExportRig>;
const FROM = START_DAY - 3;
const THROUGH = START_DAY - 1;
/** So many that an export takes some seconds. */
const HISTORY_EVENTS = 300;
/** Within it the rig has written down what a delivery came to. */
const COMMIT_MS = 20;

async function take(model: Model, rig: ExportRig): Promise<void> {
  if (model.exportId === null) return;
  const run = rig.tables.exports.get(model.exportId);
  if (model.status === 'in_progress' && run?.status === 'completed') model.status = 'completed';
  expect({ status: run?.status, pausedBy: run?.pausedBy }).toEqual({ status: model.status, pausedBy: model.pausedBy });
  const p = await rig.wait(rig.up.runs.progress(run!));
  expect(p.matched).toBe(p.delivered + p.dead + p.waiting + p.in_flight + p.cancelled);
  if (model.abortedAt !== null) expect(rig.arrivals.slice(model.abortedAt).filter((one) => one.exportId === model.exportId)).toEqual([]);
}

/** A step of somebody, then a little time, then a look. */
const command = (name: string, run: (model: Model, rig: ExportRig) => Promise<void>, check: (model: Readonly<Model>) => boolean = () => true): Command => ({
  check,
  async run(model, rig) {
    // Time may have ended it since.
    if (model.exportId !== null && model.status === 'in_progress' && rig.tables.exports.get(model.exportId)?.status === 'completed') model.status = 'completed';
    await run(model, rig);
    await take(model, rig);
  },
  toString: () => name,
});

const isOver = (model: Readonly<Model>): boolean => model.status === null || model.status === 'completed' || model.status === 'aborted';

const append = (days: readonly number[]): Command => command(`append ${days.length}`, (_model, rig) => rig.append(days.map((day) => event({ day: START_DAY - day }))));
const create = (toNow: boolean, perSec: number | null): Command =>
  command(`export to ${toNow ? 'now' : 'a day'} ${perSec ?? ''}`, async (model, rig) => {
    const made = await rig.create(dateOf(FROM), toNow ? 'now' : dateOf(THROUGH), perSec);
    const justOver = model.exportId !== null && rig.tables.exports.get(model.exportId)?.status === 'completed';
    expect(made !== null).toBe((isOver(model) || (justOver && made !== null)) && model.hookActive);
    if (made !== null) Object.assign(model, { exportId: made, status: 'in_progress', pausedBy: null, toNow, abortedAt: null, madeAt: rig.arrivals.length });
  });
const action = (verb: 'suspend' | 'resume' | 'abort'): Command =>
  command(verb, async (model, rig) => {
    const answer = await rig.wait(rig.up.runs[verb](ACCOUNT, model.exportId as string, ACTOR));
    const run = rig.tables.exports.get(model.exportId as string);
    if (model.status === 'in_progress' && run?.status === 'completed') model.status = 'completed';
    const { status, pausedBy } = model;
    const allowed = { suspend: status === 'in_progress' || pausedBy === 'hook_inactive', resume: status === 'paused' && model.hookActive, abort: status === 'in_progress' || status === 'paused' }[verb];
    expect(!('kind' in answer)).toBe(allowed);
    if (!allowed) return;
    if (verb === 'suspend') Object.assign(model, { status: 'paused', pausedBy: 'user' });
    if (verb === 'resume') Object.assign(model, { status: 'in_progress', pausedBy: null });
    if (verb === 'abort') Object.assign(model, { status: 'aborted', pausedBy: null, abortedAt: rig.arrivals.length });
  }, (model) => model.exportId !== null);
const activate = (active: boolean): Command =>
  command(active ? 'activate' : 'deactivate', async (model, rig) => {
    await (active ? rig.wait(rig.up.changes.activate(rig.hook, 'now')) : rig.wait(rig.up.changes.deactivate(rig.hook)));
    await rig.wait(rig.up.runs.hookChanged(ACCOUNT, HOOK));
    model.hookActive = active;
    if (model.exportId !== null && rig.tables.exports.get(model.exportId)?.status === 'completed') model.status = 'completed';
    if (!active && model.status === 'in_progress') Object.assign(model, { status: 'paused', pausedBy: 'hook_inactive' });
    if (active && model.pausedBy === 'hook_inactive') Object.assign(model, { status: 'in_progress', pausedBy: null });
  });
const kill = (afterMs: number): Command =>
  command('kill', async (model, rig) => {
    await rig.time.run(afterMs);
    model.repeats += rig.arrivals.filter((one) => one.settledAt > rig.time.now - COMMIT_MS && one.incarnation === rig.incarnation).length;
    rig.kill();
    await rig.time.run(100);
    await rig.start();
    // A finished export that is not taken up yet may still cancel what a kill has left of it.
    await rig.time.run(20);
  });
const pass = (ms: number): Command =>
  command(`${ms} ms`, async (model, rig) => {
    // What was written down already may still go.
    await rig.time.run(COMMIT_MS);
    const sent = (): number => rig.arrivals.filter((one) => one.exportId === model.exportId).length;
    const before = sent();
    await rig.time.run(ms);
    if (model.status === 'paused') expect(sent()).toBe(before);
  });
const mood = (to: ExportRig['mood']): Command =>
  command(to, async (model, rig) => {
    rig.mood = to;
    if (to !== 'well') model.wellAllTheTime = false;
  });
const limit = (perSec: number | null): Command =>
  command(`limit ${perSec}`, async (model, rig) => void (await rig.wait(rig.up.runs.limit(ACCOUNT, model.exportId as string, perSec, { actor: ACTOR, expectedVersion: null }))), (model) => model.exportId !== null);

const anyCommands = fc.commands(
  [
    fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 60 }).map(append),
    fc.tuple(fc.boolean(), fc.constantFrom(null, null, 40)).map(([toNow, perSec]) => create(toNow, perSec)),
    fc.constantFrom('suspend' as const, 'resume' as const, 'resume' as const, 'abort' as const).map(action),
    fc.boolean().map(activate),
    fc.integer({ min: 0, max: 60 }).map(kill),
    fc.integer({ min: 1, max: 800 }).map(pass),
    fc.constantFrom('well' as const, 'well' as const, 'failing' as const, 'taking_and_failing' as const).map(mood),
    fc.constantFrom(null, 20, 500).map(limit),
  ],
  { maxCommands: 40, size: 'max' },
);

/** Everything is put right and comes to its end. */
async function heal(model: Model, rig: ExportRig): Promise<void> {
  rig.mood = 'well';
  if (!model.hookActive) await activate(true).run(model, rig);
  if (model.status === 'paused') await action('resume').run(model, rig);
  if (model.status === 'in_progress') await rig.finish(model.exportId as string);
  await rig.time.run(10 * 60_000);
  await take(model, rig);
}

it('an export reaches each event of its period once, whatever is done to it, and nothing after it was aborted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('http' as const, 'kafka' as const), anyCommands, async (type, commands) => {
      const rig = new ExportRig(type);
      await rig.start();
      await rig.append(Array.from({ length: HISTORY_EVENTS }, (_, i) => event({ day: START_DAY - (i % 5) })));
      await rig.makeHook();
      rig.answerMs = 150;
      await rig.time.run(100);
      const model: Model = { exportId: null, status: null, pausedBy: null, hookActive: true, toNow: false, abortedAt: null, madeAt: 0, repeats: 0, wellAllTheTime: true };
      await fc.asyncModelRun(() => ({ model, real: rig }), commands);
      await heal(model, rig);
      // The same id never came with another body.
      const bodies = new Map<string, string>();
      for (const one of rig.arrivals) for (const [key, body] of type === 'http' ? [[one.deliveryId, one.body] as const] : one.messages.map((m) => [m.messageId, m.body] as const)) expect(bodies.get(key) ?? bodies.set(key, body).get(key)).toBe(body);
      if (model.exportId === null) return;
      const run = rig.tables.exports.get(model.exportId)!;
      const copies = rig.copies(model.exportId);
      const p = await rig.wait(rig.up.runs.progress(run));
      expect([p.waiting, p.in_flight]).toEqual([0, 0]);
      if (run.status === 'completed') {
        const [shard] = run.shards;
        const mine = (position: number): boolean => {
          if (position > shard!.through || shard!.leftOut.includes(position)) return false;
          return shard!.liveAfter === null || position <= shard!.liveAfter || !shard!.live.some(([first, last]) => first <= position && position <= last);
        };
        const wanted: string[] = [];
        const page = await rig.wait(rig.up.log.read(0, { rowsMax: 100_000, bytesMax: 1e9 }));
        for (const row of page.rows) if (row.kind === 'event' && mine(row.position) && belongs({ ...row, callerId: row.eventId }, FROM, model.toNow ? null : THROUGH)) wanted.push(row.eventId);
        const dead = new Set((await rig.wait(rig.up.log.deadLetters(HOOK, { limit: 100_000, after: null }))).data.filter((row) => row.laneId === run.id).map((row) => row.eventId));
        expect([...new Set([...copies.keys(), ...dead])].sort()).toEqual(wanted.sort());
        expect([p.matched, p.delivered + p.dead, p.scanned + p.expired, p.percent]).toEqual([wanted.length, wanted.length, run.total, 100]);
      }
      if (model.wellAllTheTime && model.repeats === 0) expect([...copies.values()].filter((n) => n > 1)).toEqual([]);
      // With the destination well, only what a kill cut off comes twice, and as it was.
      if (model.wellAllTheTime && type === 'http') expect(rig.arrivals.length - new Set(rig.arrivals.map((one) => one.deliveryId)).size).toBeLessThanOrEqual(model.repeats);
    }),
    { numRuns: 100 },
  );
}, 240_000);

it('up to now: no gap, and nothing of what live delivers from then on', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('http' as const, 'kafka' as const), fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 1_500 })), { minLength: 2, maxLength: 8 }), fc.nat(), fc.boolean(), fc.boolean(),
      async (type, bursts, when, failing, switchedOff) => {
        const rig = new ExportRig(type);
        await rig.start();
        await rig.append([event({ day: START_DAY }), event({ day: START_DAY })]);
        await rig.makeHook();
        let id = '';
        let madeAt = 0;
        for (const [i, [count, ms]] of bursts.entries()) {
          if (failing) rig.mood = i % 2 === 0 ? 'well' : 'failing';
          if (switchedOff && i === 1) await rig.wait(rig.up.changes.deactivate(rig.hook));
          await rig.append(Array.from({ length: count }, () => event({ day: START_DAY })));
          await rig.time.run(ms);
          if (switchedOff && i === 1) await rig.wait(rig.up.changes.activate(rig.hook, 'now'));
          if (i === Math.max(switchedOff ? 1 : 0, when % bursts.length)) {
            madeAt = rig.time.now;
            id = (await rig.create(dateOf(START_DAY), 'now')) as string;
          }
        }
        rig.mood = 'well';
        await rig.finish(id);
        await rig.time.run(10 * 60_000);
        const exported = rig.copies(id);
        const liveSettledAfter = (at: number): Set<string> => new Set(rig.arrivals.filter((one) => one.exportId === null && one.settledAt > at).flatMap((one) => one.messages.map((m) => m.eventId)));
        // What live had just delivered but not written down is still open.
        const dead = (await rig.wait(rig.up.log.deadLetters(HOOK, { limit: 100_000, after: null }))).data.map((row) => row.eventId);
        const covered = new Set([...exported.keys(), ...liveSettledAfter(madeAt - COMMIT_MS), ...dead]);
        expect(rig.appended.filter((draft) => !covered.has(draft.callerId as string))).toEqual([]);
        const liveAfter = liveSettledAfter(madeAt);
        expect([...exported.keys()].filter((eventId) => liveAfter.has(eventId))).toEqual([]);
        expect([...exported.values()].filter((n) => n > 1)).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
}, 240_000);
