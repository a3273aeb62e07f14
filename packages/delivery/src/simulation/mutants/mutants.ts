// Known-bad patches of the engine. Each must be caught by some invariant of the simulation, or the simulation does not watch what it says it watches
// (`main.ts` beside this). A patch that no longer applies is an error too: it has to follow the code.

export interface Mutant {
  readonly name: string;
  /** Below packages/. */
  readonly file: string;
  /** Exactly one place. */
  readonly from: string;
  readonly to: string;
}

const LANE = 'delivery/src/lane/lane.ts';
const PROBES = 'delivery/src/lane/probes.ts';
const HTTP = 'delivery/src/lane/http-sender.ts';
const BROKER = 'delivery/src/lane/broker-sender.ts';
const SHARD = 'delivery/src/shard/shard-relay.ts';
const LOG = 'store/src/log/shard-log.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'events are acknowledged before their commit', file: LOG,
    from: 'failure = empty && !probes ? null : await this.#commitOrLearnWhyNot(commit);', to: 'plan.settle();\n      failure = empty && !probes ? null : await this.#commitOrLearnWhyNot(commit);',
  },
  { name: 'a commit whose answer was lost is taken for failed', file: LOG, from: 'if (await this.#tookPlace(commit.sequence)) return this.#worked(commit);', to: 'await this.#tookPlace(commit.sequence);' },
  { name: 'an id is looked up in memory only before the commit that holds it', file: LOG, from: 'plan.inGroup(draft.accountId, draft.callerId) ?? ', to: '' },
  { name: 'a batch is sent before it is written down', file: HTTP, from: 'if (!(await committed) || good.length === 0) return;', to: 'if (good.length === 0) return;' },
  { name: 'the cursor moves past a batch that is not written down', file: HTTP, from: 'const cut = lane.cut(this.batchMax(), BATCH_BYTES_MAX);', to: 'const cut = lane.cut(this.batchMax(), BATCH_BYTES_MAX);\n    lane.commit([lane.laneOp({ assigned: (cut.at(-1) as QueuedEvent).row.position })]);' },
  { name: 'the second attempt has the number of the first', file: HTTP, from: 'attempt: unit.row.attempt + 1,', to: 'attempt: unit.row.attempt,' },
  { name: 'another body goes out under the same delivery id', file: HTTP, from: 'const changed = unit.row.bodyHash !== null && hash !== unit.row.bodyHash;', to: 'const changed = false;' },
  { name: 'a delivered unit stays in the store', file: HTTP, from: "lane.commit([{ op: 'unit_gone', key: unit.row.key }, lane.laneOp({ add: { delivered: attempt.events } }), ...lane.succeeded(began)]);", to: "lane.commit([lane.laneOp({ add: { delivered: attempt.events } }), ...lane.succeeded(began)]);" },
  { name: 'a half is forgotten when a batch is halved', file: HTTP, from: '[positions.slice(0, middle), positions.slice(middle)]', to: '[positions.slice(0, middle)]' },
  { name: 'a lane that falls behind does not say so durably', file: LANE, from: 'this.commit([this.laneOp({ behind: true, assigned: this.assigned })]);', to: '' },
  { name: 'the shard speaks for a lane that has more to read', file: SHARD, from: 'if (!lane.behindStored) scanned = Math.min(scanned, done);', to: '' },
  { name: 'probes do not rotate', file: PROBES, from: 'idle.reduce((least, unit) => (unit.row.attempt < least.row.attempt ? unit : least))', to: 'idle[0] as OpenUnit' },
  { name: 'a hold with many refused units tries nothing new', file: PROBES, from: 'hasEvents && (idle.length === 0 || this.#turn % turns === 0)', to: 'hasEvents && idle.length === 0' },
  { name: 'a lane that was sent back is stopped where its old window was', file: LANE, from: 'if (this.#rereads) return null;', to: '' },
  { name: 'probes do not wait', file: LANE, from: 'if (now < at) return at;', to: '' },
  { name: 'a first failure is retried at once', file: HTTP, from: 'const dueAt = clock.monotonic() + decision.delayMs;', to: 'const dueAt = clock.monotonic();' },
  { name: 'Retry-After holds for the unit only, not for the hook', file: LANE, from: 'if (failure.retryAfterMs) this.pausedUntil', to: 'if (false) this.pausedUntil' },
  { name: 'what is cut is kept over a stop and read again', file: LANE, from: 'if (!this.#rereads) return this.queue.putBack(rest);', to: 'this.queue.putBack(rest);' },
  { name: 'a replay begins no new round', file: LANE, from: 'if (from <= sent) this.round++;', to: '' },
  { name: 'a started lane takes events below its cursor again', file: LANE, from: 'if (row.position <= this.assigned) return true;', to: '' },
  { name: 'lanes send before the head has seen the records of the log', file: SHARD, from: 'if (this.#startAt !== null && this.#head >= this.#startAt) this.#startLanes();', to: 'if (this.#startAt !== null) this.#startLanes();' },
  { name: 'a version is applied to the events before it', file: 'delivery/src/hook-timeline.ts', from: 'return this.#versions.findLast((v) => v.from <= position)?.version ?? null;', to: 'return this.latest;' },
  { name: 'a message whose confirm was lost counts as delivered', file: BROKER, from: '(sent.each[next++] as Outcome)', to: "((o: Outcome): Outcome => (o.kind === 'unknown' ? { kind: 'delivered' } : o))(sent.each[next++] as Outcome)" },
  { name: 'a returned message counts as delivered', file: BROKER, from: "if (outcome.kind === 'delivered') continue;", to: "if (outcome.kind === 'delivered' || outcome.code === 'unroutable') continue;" },
  { name: 'a broker message has another id on every start', file: 'delivery/src/lane/outgoing-message.ts', from: 'hookId: lane.hookId, round,', to: 'hookId: lane.hookId, round: round + lane.allowed,' },
  { name: 'what waits for a deleted hook is not cancelled', file: LANE, from: 'if (cancelled > 0) this.commit(', to: 'if (cancelled < 0) this.commit(' },
  { name: 'two redrives take the same dead letter', file: 'delivery/src/relay.ts', from: '(redrives.get(hookId) ?? Promise.resolve()).then(', to: 'Promise.resolve().then(' },
  { name: 'a pending change is lost when another one was made', file: 'store/src/hook-changes.ts', from: 'pending: [...hook.pending, ...pending]', to: 'pending: [...pending]' },
  { name: 'the lane does nothing while one delivery hangs', file: SHARD, from: 'for (const lane of fed) lane.pump();', to: 'if (this.inFlight === 0) for (const lane of fed) lane.pump();' },
];
