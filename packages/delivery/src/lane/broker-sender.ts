// Brokers take one message an event and confirm each. What is confirmed in order needs no row: `assigned` follows the confirmed prefix. One window is on its way at a time;
// what the broker did not take is put back in front of the queue when the connection was to blame, and becomes a unit of one event when the message was (refused,
// returned, nacked) or when later messages of its window were taken. A message keeps its id on every copy, so nothing has to be stored before it is sent.
import type { Failure, FailureCode, Outcome, OutgoingBatch, OutgoingMessage, SendResult } from '@hookline/core';
import type { AttemptRow, LaneOp } from '@hookline/store';
import { type RenderedEvent, renderEvents } from '../render-events.ts';
import type { Lane, Sender } from './lane.ts';
import type { QueuedEvent } from './lane-queue.ts';
import type { OpenUnit } from './open-unit.ts';
import { outgoingMessage } from './outgoing-message.ts';
import { sendSafely } from './send-safely.ts';

/** Messages of one window: confirms are pipelined inside it, so this is what a break can duplicate. */
const WINDOW_EVENTS_MAX = 500;
const WINDOW_BYTES_MAX = 4 * 1024 * 1024;
/** Waiting units tried with one window. */
const RETRY_UNITS_MAX = 200;
const NO_BODY = new Uint8Array();

/** These say that the connection, or the whole destination, is away; everything else speaks of the message. */
const OF_THE_CONNECTION: ReadonlySet<FailureCode> = new Set<FailureCode>(['network', 'timeout', 'tls', 'dns', 'address_forbidden', 'broker_unavailable', 'credentials', 'permission', 'destination_missing', 'secret_unavailable', 'process_died']);

export class BrokerSender implements Sender {
  readonly #lane: Lane;
  /** Windows in a row that the connection failed. */
  #failedInARow = 0;
  #retriedLast = false;
  constructor(lane: Lane) {
    this.#lane = lane;
  }

  batchMax(): number {
    return WINDOW_EVENTS_MAX;
  }
  readyAt(): number {
    // One window at a time.
    return this.#lane.inFlight > 0 ? Number.POSITIVE_INFINITY : 0;
  }

  launch(): void {
    const lane = this.#lane;
    const cut = lane.cut(WINDOW_EVENTS_MAX, WINDOW_BYTES_MAX);
    this.#retriedLast = false;
    lane.inFlight++;
    void this.#window(cut, lane.round);
  }

  async #window(cut: readonly QueuedEvent[], round: number): Promise<void> {
    const lane = this.#lane;
    const { clock } = lane.deps;
    let rendered: RenderedEvent[] | null = null;
    try {
      rendered = await renderEvents(lane.deps.sources, cut, { nowMs: clock.now(), forExport: lane.exportId !== null });
    } catch (error: unknown) {
      lane.deps.report('rendering could not read the store', error);
    }
    if (rendered === null || lane.cutIsStale || !lane.running || !lane.mayDeliver) {
      if (rendered === null) lane.pauseBriefly();
      lane.endCut(cut);
      lane.inFlight--;
      lane.pump();
      return;
    }
    const messages = rendered.flatMap((r) => (r.result.kind === 'ok' ? [outgoingMessage(lane, r.row, r.result.body, { round, redrive: 0 })] : []));
    const sent = await this.#send(messages);
    lane.inFlight--;
    // A new round has begun meanwhile: all of it comes again.
    if (lane.round !== round) lane.endCut(cut);
    else this.#settleWindow(cut, rendered, sent, round);
    if (lane.timeline.deleted) lane.cancelWaiting();
    lane.pump();
  }

  #settleWindow(cut: readonly QueuedEvent[], rendered: readonly RenderedEvent[], sent: Sent, round: number): void {
    const lane = this.#lane;
    let next = 0;
    const outcomes = rendered.map((r): Outcome => (r.result.kind === 'ok' ? (sent.each[next++] as Outcome) : { kind: 'failed', code: r.result.code, message: r.result.message }));
    // Everything through here is settled or has a unit of its own; what is behind it goes back.
    const through = outcomes.findLastIndex((o) => o.kind === 'delivered' || !OF_THE_CONNECTION.has(o.code));
    const connection = outcomes.slice(through + 1).find((o): o is Failure => o.kind !== 'delivered');
    const delivered = outcomes.filter((o) => o.kind === 'delivered').length;
    // What was taken is evidence about what was not, so it comes first.
    const ops: LaneOp[] = delivered > 0 ? [...lane.succeeded(lane.deps.clock.monotonic())] : [];
    let dead = 0;
    for (let i = 0; i <= through; i++) {
      const outcome = outcomes[i] as Outcome;
      const row = (cut[i] as QueuedEvent).row;
      if (outcome.kind === 'delivered') continue;
      const unit = lane.newUnit({ positions: [row.position], round, redrive: 0, state: 'waiting', now: lane.deps.clock.now(), attempt: rendered[i]?.result.kind === 'ok' ? 1 : 0 });
      unit.firstAt = sent.began;
      lane.failed(unit, sent.began);
      dead += this.#decideUnit(unit, outcome, row.eventId, ops);
    }
    const attempts = sent.result ? 1 : 0;
    if (through >= 0) {
      lane.assigned = (cut[through] as QueuedEvent).row.position;
      ops.push(lane.laneOp({ assigned: lane.assigned, add: { matched: through + 1, delivered, dead, attempts } }));
    } else ops.push(lane.laneOp({ add: { attempts } }));
    lane.endCut(cut.slice(through + 1));
    if (connection) this.#connectionFailed(connection, delivered > 0, ops);
    else if (sent.result) this.#failedInARow = 0;
    this.#note(sent, ops, outcomes, cut.map(({ row }) => row.position));
    lane.commit(ops);
  }

  /** The lane as a whole waits: the fast phase counts windows, then it holds. */
  #connectionFailed(failure: Failure, tookSome: boolean, ops: LaneOp[]): void {
    const lane = this.#lane;
    if (lane.deps.abort.aborted) return;
    this.#failedInARow = tookSome ? 1 : this.#failedInARow + 1;
    const decision = lane.decide(failure, { tries: this.#failedInARow, unit: null });
    if (lane.hold || decision.kind !== 'retry') ops.push(lane.enterHold(failure));
    else lane.pausedUntil = Math.max(lane.pausedUntil, lane.deps.clock.monotonic() + decision.delayMs);
  }

  /** What becomes of one event's unit; 1 when it died. */
  #decideUnit(unit: OpenUnit, failure: Failure, eventId: string, ops: LaneOp[]): number {
    const lane = this.#lane;
    const { clock } = lane.deps;
    const tries = unit.row.tries + 1;
    const decision = lane.decide(failure, { tries, unit });
    if (decision.kind === 'dead') {
      if (lane.units.delete(unit.row.key)) ops.push({ op: 'unit_gone', key: unit.row.key });
      ops.push(lane.deadOp({ position: unit.row.positions[0] as number, eventId }, unit.row, failure));
      return 1;
    }
    unit.busy = false;
    unit.dueAt = clock.monotonic() + (decision.kind === 'retry' ? decision.delayMs : 0);
    unit.row = { ...unit.row, state: 'waiting', tries, nextAt: decision.kind === 'retry' ? lane.nextAtOf(unit.dueAt) : null };
    lane.units.set(unit.row.key, unit);
    ops.push({ op: 'unit', unit: unit.row });
    if (lane.hold || decision.kind === 'hold') ops.push(lane.enterHold(failure));
    return 0;
  }

  retry(units: readonly OpenUnit[]): void {
    const lane = this.#lane;
    // Waiting units and new events take turns: neither starves the other.
    if (lane.inFlight > 0 || (this.#retriedLast && !lane.hold && lane.mayLaunch)) {
      this.#retriedLast = false;
      return;
    }
    this.#retriedLast = true;
    lane.inFlight++;
    const taken = units.slice(0, lane.hold ? 1 : RETRY_UNITS_MAX).flatMap((unit) => this.#single(unit));
    for (const unit of taken) unit.busy = true;
    void this.#retry(taken);
  }

  /** A unit of several events was made while the hook had another type. */
  #single(unit: OpenUnit): readonly OpenUnit[] {
    if (unit.row.positions.length === 1) return [unit];
    const { made, ops } = this.#lane.divide(unit, unit.row.positions.map((position) => [position]), unit.row.tries);
    this.#lane.commit(ops);
    return made;
  }

  async #retry(units: readonly OpenUnit[]): Promise<void> {
    const lane = this.#lane;
    const { log, clock } = lane.deps;
    let rendered: Map<number, RenderedEvent>;
    try {
      const positions = [...new Set(units.flatMap((u) => u.row.positions))].sort((a, b) => a - b);
      const events = (await log.readAt(positions)).flatMap((row) => {
        const version = lane.timeline.forOpenUnit(row.position);
        return version ? [{ row, version }] : [];
      });
      rendered = new Map((await renderEvents(lane.deps.sources, events, { nowMs: clock.now(), forExport: lane.exportId !== null })).map((r) => [r.row.position, r]));
    } catch (error: unknown) {
      lane.deps.report('waiting messages could not be read', error);
      for (const unit of units) unit.busy = false;
      lane.inFlight--;
      lane.pauseBriefly();
      lane.pump();
      return;
    }
    if (!lane.running || !lane.mayDeliver) {
      for (const unit of units) unit.busy = false;
      lane.inFlight--;
      if (lane.timeline.deleted) lane.cancelWaiting();
      return;
    }
    const messages: OutgoingMessage[] = [];
    const of: OpenUnit[] = [];
    const ops: LaneOp[] = [];
    let expired = 0;
    let dead = 0;
    for (const unit of units) {
      const r = rendered.get(unit.row.positions[0] as number);
      if (r?.result.kind === 'ok') {
        unit.row = { ...unit.row, attempt: unit.row.attempt + 1 };
        messages.push(outgoingMessage(lane, r.row, r.result.body, unit.row));
        of.push(unit);
      } else if (r?.result.kind === 'failed') dead += this.#decideUnit(unit, { kind: 'failed', code: r.result.code, message: r.result.message }, r.row.eventId, ops);
      else {
        lane.units.delete(unit.row.key);
        ops.push({ op: 'unit_gone', key: unit.row.key }, ...lane.endedOps('expired', unit.row, unit.row.positions));
        expired++;
      }
    }
    const sent = messages.length > 0 ? await this.#send(messages, Math.max(...of.map(({ row }) => row.attempt))) : null;
    lane.inFlight--;
    const delivered = sent?.each.filter((o) => o.kind === 'delivered').length ?? 0;
    if (delivered > 0) ops.push(...lane.succeeded(clock.monotonic()));
    let connection: Failure | null = null;
    for (const [i, unit] of of.entries()) {
      const outcome = sent?.each[i] as Outcome;
      unit.busy = false;
      if (outcome.kind === 'delivered') {
        lane.units.delete(unit.row.key);
        ops.push({ op: 'unit_gone', key: unit.row.key });
      } else if (OF_THE_CONNECTION.has(outcome.code)) connection = outcome;
      else {
        if (sent) lane.failed(unit, sent.began);
        dead += this.#decideUnit(unit, outcome, messages[i]?.eventId ?? '', ops);
      }
    }
    if (connection) this.#connectionFailed(connection, delivered > 0, ops);
    else if (sent) this.#failedInARow = 0;
    ops.push(lane.laneOp({ add: { delivered, dead, expired, attempts: sent ? 1 : 0 } }));
    if (sent) this.#note(sent, ops, sent.each, of.map(({ row }) => row.positions[0] as number));
    lane.commit(ops);
    if (lane.timeline.deleted) lane.cancelWaiting();
    lane.pump();
  }

  /** `attempt`: the highest number of any of these messages. */
  async #send(messages: readonly OutgoingMessage[], attempt = 1): Promise<Sent> {
    const lane = this.#lane;
    const { clock } = lane.deps;
    const startedAt = clock.now();
    const began = clock.monotonic();
    const bytes = messages.reduce((n, m) => n + m.body.length, 0);
    const deliveryId = messages[0]?.messageId ?? '';
    const batch: OutgoingBatch = { hookId: lane.hookId, accountId: lane.accountId, deliveryId, attempt, revision: 0, redrive: 0, exportId: lane.exportId, messages, body: NO_BODY };
    if (messages.length === 0) return { each: [], result: null, began, attempt: { deliveryId, attempt, events: 0, startedAt, durationMs: 0 } };
    lane.deps.sending.take(bytes);
    const result = await sendSafely(lane, batch, 'broker');
    lane.deps.sending.release(bytes);
    const each = result.each ?? messages.map(() => result.outcome);
    return { each, result, began, attempt: { deliveryId, attempt, events: messages.length, startedAt, durationMs: Math.round(clock.monotonic() - began) } };
  }

  /** `positions` stand beside the outcomes. */
  #note(sent: Sent, ops: LaneOp[], outcomes: readonly Outcome[], positions: readonly number[]): void {
    const lane = this.#lane;
    if (!sent.result) return;
    const delivered = positions.filter((_, i) => outcomes[i]?.kind === 'delivered').sort((a, b) => a - b);
    const taken = lane.exportId === null && delivered.length > 0 ? { taken: delivered } : {};
    const evidence = { request: sent.result.evidence.request, ...(sent.result.evidence.response && { response: sent.result.evidence.response }) };
    const failure = outcomes.find((o): o is Failure => o.kind !== 'delivered');
    if (!failure) lane.deps.attempts.success(lane.hookId, { ...sent.attempt, ...taken, outcome: 'delivered', ...evidence });
    else ops.push(lane.deps.attempts.failure(lane.hookId, { ...sent.attempt, ...taken, outcome: failure.kind, code: failure.code, message: failure.message, ...evidence }));
  }
}

interface Sent {
  readonly each: readonly Outcome[];
  readonly result: SendResult | null;
  /** Monotonic ms. */
  readonly began: number;
  readonly attempt: Omit<AttemptRow, 'outcome'>;
}
