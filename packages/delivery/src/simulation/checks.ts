// The invariants of the design's list, as far as they concern the engine.
import type { EventRow } from '@hookline/core';
import type { LaneSnapshot } from '@hookline/store';
import { isPoison } from './destination.ts';
import type { Copy } from './ledger.ts';
import { dutiesOf, type HookTruth, type LogTruth, readLog, tagsFor } from './oracle.ts';
import { STEADY_HOOK } from './owners.ts';
import type { World } from './world.ts';

/** Units that a lane may hold: 64, a probe's more in a hold, and one window of a broker on top; a redrive adds what it was asked for. */
const OPEN_UNITS_MAX = 128 + 500;
/** How long an event may take to a destination that is never in trouble, beside the batching window. */
const STEADY_MS = 20_000;
const DEAD_ROWS_MAX = 1_000_000;

/** At any moment: numbers add up, and memory is bounded. */
export async function checkNow(world: World): Promise<void> {
  const hookIds = [...world.control.hooks.keys()];
  for (const [hookId, s] of await world.log.snapshot(hookIds)) checkNumbers(world, hookId, s);
  for (const lane of world.process?.relay?.all() ?? []) {
    const queueMax = lane.capacity + 500;
    if (lane.queue.length > queueMax) world.fail(`${lane.hookId}: ${lane.queue.length} events in a queue of ${queueMax}`);
    const own = [...lane.units.values()].filter((unit) => unit.row.redrive === 0).length;
    if (own > OPEN_UNITS_MAX) world.fail(`${lane.hookId}: ${own} open units`);
  }
}

function checkNumbers(world: World, hookId: string, s: LaneSnapshot): void {
  const parts = [s.matched, s.delivered, s.dead, s.waiting, s.inFlight, s.cancelled, s.expired];
  if (parts.some((n) => n < 0)) world.fail(`${hookId}: a number is negative: ${parts.join(' ')}`);
  const sum = s.delivered + s.dead + s.waiting + s.inFlight + s.cancelled + s.expired;
  if (s.matched !== sum) world.fail(`${hookId}: matched ${s.matched} = delivered ${s.delivered} + dead ${s.dead} + waiting ${s.waiting} + in flight ${s.inFlight} + cancelled ${s.cancelled} + expired ${s.expired} does not hold`);
}

export interface RunFacts {
  readonly cleanStops: ReadonlySet<number>;
  readonly acked: ReadonlyMap<number, number>;
  readonly refused: ReadonlySet<number>;
}

/** After everything has come to rest. */
export async function checkFinally(world: World, facts: RunFacts): Promise<void> {
  await checkNow(world);
  const truth = readLog(world.history);
  for (const [n, position] of facts.acked) if (!truth.byN.get(n)?.some((row) => row.position === position)) world.fail(`event ${n} was acknowledged at ${position} and is lost`);
  for (const n of facts.refused) if (truth.byN.has(n) && !facts.acked.has(n)) world.fail(`event ${n} was refused and is stored`);
  checkIds(world, truth.events);
  for (const hook of truth.hooks.values()) await checkHook(world, facts, hook, truth);
  for (const [hookId] of world.ledger.byHook) if (!truth.hooks.has(hookId)) world.fail(`${hookId} has deliveries and was never active`);
  for (const hook of world.control.hooks.values()) {
    const changes = truth.hooks.get(hook.id)?.changes ?? [];
    if (hook.pending.length > 0) world.fail(`${hook.id} still has pending changes`);
    if (changes.some((change, i) => change !== i + 1) || changes.length !== hook.change) world.fail(`${hook.id} has had ${hook.change} changes; the log has ${changes.join(' ')}`);
  }
}

function checkIds(world: World, events: readonly EventRow[]): void {
  const seen = new Map<string, number>();
  for (const row of events) {
    const id = `${row.accountId}/${row.eventId}`;
    const before = seen.get(id) ?? Number.NEGATIVE_INFINITY;
    if (row.time - before < world.swarm.dedupeWindowMs) world.fail(`event ${id} is stored twice within ${row.time - before} ms`);
    seen.set(id, row.time);
  }
}

async function checkHook(world: World, facts: RunFacts, hook: HookTruth, { events, byN }: LogTruth): Promise<void> {
  const { hookId } = hook;
  const fail = (text: string): void => world.fail(`${hookId}: ${text}`);
  const copies = world.ledger.byHook.get(hookId) ?? [];
  const { must, may, inexact } = dutiesOf(hook, events, world.removed);
  const taken = new Set<number>();
  for (const copy of copies) {
    const rows = byN.get(copy.n) ?? [];
    if (rows.length === 0) fail(`event ${copy.n} was sent and is not in the log`);
    else if (!rows.some((row) => may.has(row.position))) fail(`event ${copy.n} at ${rows[0]?.position} was sent though it does not match`);
    else if (!rows.some((row) => tagsFor(hook, row).has(copy.tag))) fail(`event ${copy.n} at ${rows[0]?.position} was made by version ${copy.tag}, which is not valid there`);
    if (copy.takenAt !== null) for (const row of rows) taken.add(row.position);
  }
  const eventIds = new Map(events.map((row) => [row.position, row.eventId]));
  const { data: dead } = await world.log.deadLetters(hookId, { limit: DEAD_ROWS_MAX, after: null });
  const snapshot = (await world.log.snapshot([hookId])).get(hookId);
  if (!snapshot) return fail('has no lane');
  const deadAt = new Set(dead.map((row) => row.position));
  for (const row of dead) {
    if (!may.has(row.position)) fail(`position ${row.position} is dead though it does not match`);
    if (eventIds.get(row.position) !== row.eventId) fail(`the dead letter of ${row.position} names the event ${row.eventId}`);
  }
  if (dead.length !== snapshot.dead) fail(`${dead.length} dead letters, ${snapshot.dead} counted`);
  // At rest something waits only in a hold (see Driver), and there it is a refused event each.
  const waiting = new Set((await world.log.units(hookId)).flatMap((unit) => unit.positions));
  if (snapshot.inFlight > 0 || (waiting.size > 0 && !snapshot.hold)) fail(`${snapshot.waiting} wait and ${snapshot.inFlight} are in flight at rest`);
  if (!hook.deleted) {
    for (const position of must) if (!taken.has(position) && !deadAt.has(position) && !waiting.has(position)) fail(`position ${position} is lost`);
    if (snapshot.round === 0 && !inexact) {
      if (snapshot.matched !== must.size) fail(`matched ${snapshot.matched}, ought to be ${must.size}`);
      if (deadAt.size !== dead.length) fail('an event is dead twice in one round');
      const delivered = must.size - dead.length - snapshot.waiting;
      if (snapshot.delivered !== delivered) fail(`delivered ${snapshot.delivered}, ought to be ${delivered}`);
    }
  }
  // An id that was stored again after its window names two events: what is said of one delivery says nothing there.
  const ofOne = copies.filter((copy) => byN.get(copy.n)?.length === 1);
  checkCopies(world, facts, hookId, ofOne, snapshot);
  if (world.swarm.kind === 'calm') checkCalm(fail, hook, ofOne, world);
  if (hookId === STEADY_HOOK) checkSteady(world, fail, ofOne, byN, dead.length);
}

/** A message that its destination has acknowledged comes again only where a crash has wiped out that we knew. */
function checkCopies(world: World, facts: RunFacts, hookId: string, copies: readonly Copy[], snapshot: LaneSnapshot): void {
  const byMessage = Map.groupBy(copies, (copy) => `${copy.messageId}/${copy.redrive}`);
  for (const same of byMessage.values()) {
    for (const [i, copy] of same.entries()) {
      if (copy.answer !== 'delivered') continue;
      const later = same.slice(i + 1).find((next) => next.startedAt >= copy.answeredAt);
      if (!later) continue;
      if (later.incarnation === copy.incarnation || facts.cleanStops.has(copy.incarnation)) world.fail(`${hookId}: event ${copy.n} was acknowledged and sent again (${copy.deliveryId} then ${later.deliveryId})`);
    }
  }
  const messages = Map.groupBy(copies, (copy) => copy.n);
  for (const [n, of] of messages) {
    const ids = new Set(of.map((copy) => copy.messageId));
    if (ids.size > snapshot.round + 1) world.fail(`${hookId}: event ${n} has ${ids.size} message ids in ${snapshot.round + 1} rounds`);
  }
}

/** Nothing went wrong anywhere: one copy each, at the first attempt, except what an owner asked to get again. */
function checkCalm(fail: (text: string) => void, hook: HookTruth, copies: readonly Copy[], world: World): void {
  const byMessage = Map.groupBy(copies, (copy) => copy.messageId);
  for (const same of byMessage.values()) {
    const [first] = same as [Copy, ...Copy[]];
    const refused = same.some((copy) => copy.answer !== 'delivered');
    if (same.length > 1 && !refused) fail(`event ${first.n} was sent ${same.length} times though nothing failed`);
    if (refused && !isPoison(first.n, world.swarm) && world.swarm.bodyBytesMax >= 1_000_000 && !hook.deleted && same.every((copy) => copy.answer !== 'unknown')) fail(`event ${first.n} was refused by a healthy destination`);
  }
}

/** The hook that nobody touches and whose receiver always takes everything. */
function checkSteady(world: World, fail: (text: string) => void, copies: readonly Copy[], byN: LogTruth['byN'], dead: number): void {
  if (dead > 0) fail('its receiver takes everything, yet events died');
  for (const [n, same] of Map.groupBy(copies, (copy) => copy.n)) {
    const ids = new Set(same.filter((copy) => copy.revision === 0).map((copy) => copy.deliveryId));
    if (ids.size > 1) fail(`event ${n} was sent under ${ids.size} delivery ids`);
    if (same.some((copy) => copy.redrive > 0)) fail(`event ${n} was redriven`);
  }
  if (world.swarm.crash > 0 || world.swarm.stop > 0 || world.swarm.storeTrouble > 0 || world.swarm.wallJump > 0) return;
  const requested = world.control.hooks.get(STEADY_HOOK)?.request;
  const windowMs = requested?.type === 'http' ? requested.timeout_sec * 1_000 : 0;
  for (const copy of copies) {
    const [row] = byN.get(copy.n) ?? [];
    const storedAt = row ? row.time - world.wall.now() + world.time.now : 0;
    if (copy.takenAt !== null && copy.takenAt - storedAt > windowMs + STEADY_MS) fail(`event ${copy.n} took ${Math.round(copy.takenAt - storedAt)} ms`);
  }
}
