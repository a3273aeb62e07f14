// HTTP takes batches. A batch is a unit: written down before its first byte is sent, so that after a crash the same unit goes out again, same parts, same id, same
// bytes. What it is made of can change between two attempts (profile deleted, names, content): then the body's hash differs, the revision goes up, and with it the id.
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { BATCH_BYTES_MAX, batchBody, type EventRow, type Failure, type OutgoingBatch, type OutgoingMessage, type SendResult, utf8ByteLength } from '@hookline/core';
import type { AttemptRow, LaneOp } from '@hookline/store';
import { type RenderedEvent, renderEvents } from '../render-events.ts';
import type { Lane, Sender } from './lane.ts';
import type { QueuedEvent } from './lane-queue.ts';
import type { OpenUnit } from './open-unit.ts';
import { outgoingMessage } from './outgoing-message.ts';
import { sendSafely } from './send-safely.ts';

const DEFAULT_BATCH_EVENTS = 100;

type Good = RenderedEvent & { readonly result: { readonly kind: 'ok'; readonly body: string } };

/** Made once an attempt: every byte of it is hashed, signed, sent and shown from here. */
interface Ready {
  readonly body: Buffer;
  readonly events: readonly Good[];
  readonly round: number;
}

export class HttpSender implements Sender {
  readonly #lane: Lane;
  constructor(lane: Lane) {
    this.#lane = lane;
  }

  batchMax(): number {
    const request = this.#lane.deps.destination(this.#lane.hookId)?.request;
    return request?.type === 'http' ? request.max_batch_size : DEFAULT_BATCH_EVENTS;
  }

  readyAt(): number {
    const { queue, deps, hookId } = this.#lane;
    const request = deps.destination(hookId)?.request;
    if (queue.length >= this.batchMax() || queue.bytes >= BATCH_BYTES_MAX || request?.type !== 'http' || this.#lane.timeline.isReadToEnd) return 0;
    return (queue.first?.queuedAt ?? 0) + request.timeout_sec * 1000;
  }

  launch(): void {
    const lane = this.#lane;
    const cut = lane.cut(this.batchMax(), BATCH_BYTES_MAX);
    lane.inFlight++;
    void this.#launch(cut, lane.round);
  }

  async #launch(cut: readonly QueuedEvent[], round: number): Promise<void> {
    const lane = this.#lane;
    const { clock } = lane.deps;
    let rendered: RenderedEvent[] | null = null;
    try {
      rendered = await renderEvents(lane.deps.sources, cut, { nowMs: clock.now(), forExport: lane.exportId !== null });
    } catch (error: unknown) {
      lane.deps.report('rendering could not read the store', error);
    }
    if (rendered === null || lane.cutIsStale || !lane.running) {
      if (rendered === null) lane.pauseBriefly();
      lane.endCut(cut);
      lane.inFlight--;
      lane.pump();
      return;
    }
    const fits = withinBytes(rendered, BATCH_BYTES_MAX);
    const good = fits.filter(isRendered);
    const positions = good.map((r) => r.row.position);
    const ready = readyOf(good, round);
    const unit = lane.newUnit({ positions, round, redrive: 0, state: 'in_flight', now: clock.now(), attempt: 1, bodyHash: hashOf(ready.body) });
    lane.assigned = (fits.at(-1) as RenderedEvent).row.position;
    const dead = fits.filter((r) => !isRendered(r));
    const ops: LaneOp[] = [lane.laneOp({ assigned: lane.assigned, add: { matched: fits.length, dead: dead.length, attempts: good.length > 0 ? 1 : 0 } })];
    for (const r of dead) ops.push(lane.deadOp(r.row, { ...unit.row, attempt: 0 }, r.result as { code: 'render_failed'; message: string }));
    if (good.length > 0) {
      lane.units.set(unit.row.key, unit);
      ops.push({ op: 'unit', unit: unit.row });
    }
    // Ops take effect in the order they were given, so the next batch may be launched while this one's commit syncs.
    const committed = lane.commit(ops);
    lane.endCut(cut.slice(fits.length));
    if (good.length === 0) lane.inFlight--;
    lane.pump();
    if (!(await committed) || good.length === 0) return;
    await this.#send(unit, ready);
  }

  retry(units: readonly OpenUnit[]): void {
    const lane = this.#lane;
    for (const unit of units.slice(0, lane.hold ? 1 : Math.max(0, lane.allowed - lane.inFlight))) {
      unit.busy = true;
      lane.inFlight++;
      void this.#relaunch(unit);
    }
  }

  /** The same events again; positions that retention has removed are counted as expired. */
  async #relaunch(unit: OpenUnit): Promise<void> {
    const lane = this.#lane;
    const { log, clock } = lane.deps;
    let rendered: RenderedEvent[];
    try {
      const rows = await log.readAt(unit.row.positions);
      const events = rows.flatMap((row) => {
        const version = lane.timeline.forOpenUnit(row.position);
        return version ? [{ row, version }] : [];
      });
      rendered = await renderEvents(lane.deps.sources, events, { nowMs: clock.now(), forExport: lane.exportId !== null });
    } catch (error: unknown) {
      lane.deps.report('a waiting delivery could not be read', error);
      unit.busy = false;
      lane.inFlight--;
      lane.pauseBriefly();
      lane.pump();
      return;
    }
    if (!lane.running) {
      unit.busy = false;
      lane.inFlight--;
      if (lane.timeline.deleted) lane.cancelWaiting();
      return;
    }
    const good = rendered.filter(isRendered);
    const dead = rendered.filter((r) => !isRendered(r));
    const found = new Set(rendered.map((r) => r.row.position));
    const expired = unit.row.positions.filter((position) => !found.has(position));
    const positions = good.map((r) => r.row.position);
    const ready = readyOf(good, unit.row.round);
    const hash = hashOf(ready.body);
    const changed = unit.row.bodyHash !== null && hash !== unit.row.bodyHash;
    const revision = unit.row.revision + (changed ? 1 : 0);
    const { hookId } = lane;
    const deliveryId = changed ? lane.deps.ids.unitId({ hookId, round: unit.row.round, exportId: lane.exportId, redrive: unit.row.redrive, shard: log.shard, positions: unit.row.positions, revision }) : unit.row.deliveryId;
    const ops: LaneOp[] = [lane.laneOp({ add: { expired: expired.length, dead: dead.length, attempts: good.length > 0 ? 1 : 0 } }), ...lane.endedOps('expired', unit.row, expired)];
    for (const r of dead) ops.push(lane.deadOp(r.row, unit.row, r.result as { code: 'render_failed'; message: string }));
    if (good.length === 0) {
      lane.units.delete(unit.row.key);
      lane.inFlight--;
      lane.commit([...ops, { op: 'unit_gone', key: unit.row.key }]);
      lane.pump();
      return;
    }
    unit.row = { ...unit.row, positions, revision, deliveryId, bodyHash: hash, state: 'in_flight', attempt: unit.row.attempt + 1, nextAt: null };
    if (await lane.commit([...ops, { op: 'unit', unit: unit.row }])) await this.#send(unit, ready);
  }

  async #send(unit: OpenUnit, ready: Ready): Promise<void> {
    const lane = this.#lane;
    const { clock } = lane.deps;
    if (lane.timeline.deleted) {
      // Ended while it was written down: this attempt is not made.
      lane.inFlight--;
      lane.commit([lane.laneOp({ add: { attempts: -1 } })]);
      return this.#cancel(unit);
    }
    const startedAt = clock.now();
    const began = clock.monotonic();
    const batch: OutgoingBatch = {
      hookId: lane.hookId, accountId: lane.accountId, deliveryId: unit.row.deliveryId, attempt: unit.row.attempt, revision: unit.row.revision, redrive: unit.row.redrive, exportId: lane.exportId,
      // An HTTP transport does not ask for them, and their ids cost more than all else of a batch.
      get messages(): readonly OutgoingMessage[] {
        return ready.events.map((event) => outgoingMessage(lane, event.row, event.result.body, { round: ready.round, redrive: unit.row.redrive }));
      },
      body: ready.body,
    };
    lane.deps.sending.take(ready.body.length);
    const result = await sendSafely(lane, batch, 'http');
    lane.deps.sending.release(ready.body.length);
    lane.inFlight--;
    unit.busy = false;
    const attempt = { deliveryId: unit.row.deliveryId, attempt: unit.row.attempt, events: unit.row.positions.length, startedAt, durationMs: Math.round(clock.monotonic() - began) };
    if (result.outcome.kind === 'delivered') this.#delivered(unit, attempt, result, began);
    else this.#failed(unit, attempt, result.outcome, { ...result, eventId: ready.events[0]?.row.eventId ?? '' });
    lane.pump();
  }

  #delivered(unit: OpenUnit, attempt: Omit<AttemptRow, 'outcome'>, result: SendResult, began: number): void {
    const lane = this.#lane;
    lane.units.delete(unit.row.key);
    const taken = lane.exportId === null ? { taken: unit.row.positions } : {};
    lane.deps.attempts.success(lane.hookId, { ...attempt, ...taken, outcome: 'delivered', request: result.evidence.request, ...(result.evidence.response && { response: result.evidence.response }) });
    lane.commit([{ op: 'unit_gone', key: unit.row.key }, lane.laneOp({ add: { delivered: attempt.events } }), ...lane.succeeded(began)]);
  }

  #failed(unit: OpenUnit, attempt: Omit<AttemptRow, 'outcome'>, failure: Failure, result: Pick<SendResult, 'evidence'> & { readonly eventId: string }): void {
    const lane = this.#lane;
    const { clock } = lane.deps;
    const ops: LaneOp[] = [];
    // Our own stop is no evidence about the destination: the unit goes out again after the next start.
    const ours = lane.deps.abort.aborted && failure.kind === 'unknown';
    const tries = unit.row.tries + (ours ? 0 : 1);
    let nextAt: number | null = null;
    if (ours || lane.timeline.deleted) {
      if (lane.timeline.deleted) return this.#cancel(unit);
      nextAt = clock.now();
      this.#wait(unit, tries, clock.monotonic(), nextAt);
      ops.push({ op: 'unit', unit: unit.row });
    } else {
      lane.failed(unit, clock.monotonic());
      const decision = lane.decide(failure, { tries, unit });
      lane.slowDown(failure);
      switch (decision.kind) {
        case 'retry': {
          const dueAt = clock.monotonic() + decision.delayMs;
          nextAt = lane.nextAtOf(dueAt);
          this.#wait(unit, tries, dueAt, nextAt);
          ops.push({ op: 'unit', unit: unit.row });
          if (lane.hold) ops.push(lane.enterHold(failure));
          break;
        }
        case 'hold':
          this.#wait(unit, tries, clock.monotonic(), null);
          ops.push({ op: 'unit', unit: unit.row }, lane.enterHold(failure));
          nextAt = lane.hold?.nextProbeAt ?? null;
          break;
        case 'stop':
          this.#wait(unit, tries, clock.monotonic(), null);
          ops.push({ op: 'unit', unit: unit.row });
          lane.gone();
          break;
        case 'bisect':
          ops.push(...this.#bisect(unit, failure));
          if (lane.hold) ops.push(lane.enterHold(failure));
          break;
        case 'dead':
          lane.units.delete(unit.row.key);
          ops.push({ op: 'unit_gone', key: unit.row.key }, lane.laneOp({ add: { dead: 1 } }), lane.deadOp({ position: unit.row.positions[0] as number, eventId: result.eventId }, unit.row, failure));
          if (lane.hold) ops.push(lane.enterHold(failure));
          break;
      }
    }
    ops.push(
      lane.deps.attempts.failure(lane.hookId, {
        ...attempt, outcome: failure.kind, code: failure.code, message: failure.message, request: result.evidence.request, ...(result.evidence.response && { response: result.evidence.response }),
        ...(nextAt !== null && { nextAttemptAt: nextAt }),
      }),
    );
    lane.commit(ops);
  }

  #wait(unit: OpenUnit, tries: number, dueAt: number, nextAt: number | null): void {
    unit.dueAt = dueAt;
    unit.row = { ...unit.row, state: 'waiting', tries, nextAt };
  }

  #cancel(unit: OpenUnit): void {
    const lane = this.#lane;
    lane.units.delete(unit.row.key);
    lane.commit([{ op: 'unit_gone', key: unit.row.key }, ...lane.endedOps('cancelled', unit.row, unit.row.positions), lane.laneOp({ add: { cancelled: unit.row.positions.length } })]);
  }

  /** What exhausted its tries gives each half one; a body that is too large says nothing about its halves. */
  #bisect(unit: OpenUnit, failure: Failure): readonly LaneOp[] {
    const lane = this.#lane;
    const { positions } = unit.row;
    const middle = Math.ceil(positions.length / 2);
    const tries = failure.code === 'payload_too_large' ? 0 : Math.max(0, lane.deps.retry.retryTimes - 1);
    return lane.divide(unit, [positions.slice(0, middle), positions.slice(middle)], tries).ops;
  }
}

const readyOf = (events: readonly Good[], round: number): Ready => ({ events, round, body: Buffer.from(batchBody(events.map((event) => event.result.body))) });
const isRendered = (r: RenderedEvent): r is Good => r.result.kind === 'ok';

function withinBytes(rendered: readonly RenderedEvent[], bytesMax: number): readonly RenderedEvent[] {
  let chars = 0;
  for (const { result } of rendered) chars += result.kind === 'ok' ? result.body.length + 1 : 0;
  // No character has more than three bytes.
  if (chars * 3 <= bytesMax) return rendered;
  let bytes = 0;
  const over = rendered.findIndex((r, i) => {
    bytes += r.result.kind === 'ok' ? utf8ByteLength(r.result.body) + 1 : 0;
    return i > 0 && bytes > bytesMax;
  });
  return over === -1 ? rendered : rendered.slice(0, over);
}

const hashOf = (body: Buffer): string => hash('sha256', body, 'base64url').slice(0, 27);
