// A shard as one process sees it that delivers for some of its slots: rows, lanes and units of their accounts, and changes that are fenced by their tokens. To whoever
// reads it, it is a log like any other.
import { type ControlRow, HooklineError } from '@hookline/core';
import type { LogPage } from '../event-log.ts';
import type { LaneOp, LaneState } from '../lane-store.ts';
import type { ObservedLog } from '../remote/observed-log.ts';
import type { LaneFence, LaneWriter } from './lane-writer.ts';
import { LogView } from './log-view.ts';
import { slotOf } from './slot-of.ts';

export class LogPart extends LogView {
  readonly #writer: LaneWriter;
  readonly #tokens: Map<number, number>;
  /** Held, and soon no more: nothing new of theirs is read. */
  readonly #leaving = new Set<number>();

  constructor(log: ObservedLog, writer: LaneWriter, tokens: ReadonlyMap<number, number>) {
    super(log);
    this.#writer = writer;
    this.#tokens = new Map(tokens);
  }

  get slots(): readonly number[] {
    return [...this.#tokens.keys()];
  }
  holds(slot: number): boolean {
    return this.#tokens.has(slot);
  }
  /** Nothing new is read of these; what is open may still be settled. */
  leave(slots: Iterable<number>): void {
    for (const slot of slots) this.#leaving.add(slot);
  }
  /** They are somebody else's: no change of theirs is taken any more. */
  forget(slots: Iterable<number>): void {
    for (const slot of slots) {
      this.#tokens.delete(slot);
      this.#leaving.delete(slot);
    }
  }
  has(accountId: number): boolean {
    const slot = slotOf(accountId);
    return this.#tokens.has(slot) && !this.#leaving.has(slot);
  }

  commit(ops: readonly LaneOp[]): Promise<void> {
    const fences = new Map<number, LaneFence>();
    for (const op of ops) {
      const accountId = op.op === 'lane' ? op.accountId : op.op === 'unit' ? op.unit.accountId : op.op === 'dead' ? op.row.accountId : null;
      if (accountId === null) continue;
      const slot = slotOf(accountId);
      const token = this.#tokens.get(slot);
      if (token === undefined) return Promise.reject(new HooklineError('lane_lost', 'another process has taken this lane over'));
      fences.set(slot, { kind: 'slot', slot, token });
    }
    const scannedSlots = ops.some(({ op }) => op === 'scanned') ? this.slots.filter((slot) => !this.#leaving.has(slot)) : [];
    for (const slot of scannedSlots) fences.set(slot, { kind: 'slot', slot, token: this.#tokens.get(slot) as number });
    return this.#writer.commit({ ops, fences: [...fences.values()], scannedSlots });
  }

  override async read(after: number, limits: { readonly rowsMax: number; readonly bytesMax: number }): Promise<LogPage> {
    const page = await this.log.read(after, limits);
    return { rows: page.rows.filter((row) => this.has(row.accountId)), through: page.through };
  }
  override async load(): Promise<LaneState> {
    const slots = this.slots;
    const [{ lanes, units }, scanned] = await Promise.all([this.log.load(), this.log.scannedOf(slots)]);
    return { lanes: lanes.filter(({ accountId }) => this.has(accountId)), units: units.filter(({ accountId }) => this.has(accountId)), scanned: Math.min(...scanned) };
  }
  override async controls(): Promise<readonly ControlRow[]> {
    return (await this.log.controls()).filter(({ accountId }) => this.has(accountId));
  }
}
