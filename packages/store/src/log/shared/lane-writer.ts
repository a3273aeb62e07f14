// Lane changes of one process among several that write to a shard. What arrives while a commit is under way joins the next one. Every commit carries the fences of the
// lanes that it changes: where somebody else has taken one over, the commit fails as a whole, what belongs to that fence is refused with `lane_lost`, and the rest is
// committed again. A commit whose outcome is unknown is asked about: a new turn of this writer refuses it if it comes late, and the writer's sequence tells whether it came.
import { type Clock, HooklineError, isHooklineError } from '@hookline/core';
import type { LaneOp } from '../lane-store.ts';
import { mergeLaneOps } from '../merge-lane-ops.ts';

/** What a process must still hold for a change to take place: a slot of a shard, or one lane (an export). */
export type LaneFence = { readonly kind: 'slot'; readonly slot: number; readonly token: number } | { readonly kind: 'lane'; readonly lane: string; readonly token: number };

/** A change of lanes and what has to hold for it. `scannedSlots`: of these the position of a `scanned` op is the new one. */
export interface LaneChange {
  readonly ops: readonly LaneOp[];
  readonly fences: readonly LaneFence[];
  readonly scannedSlots: readonly number[];
}

export interface LaneBatch {
  readonly turn: number;
  readonly sequence: number;
  readonly fences: readonly LaneFence[];
  /** Without `scanned`: each part of a shard has read as far as it has. */
  readonly ops: readonly LaneOp[];
  readonly scanned: readonly { readonly slots: readonly number[]; readonly position: number }[];
}

/** What a driver does for a writer. `commit` is one transaction that fails where a fence does not hold or the turn is over. */
export interface LaneWriterBackend {
  /** A new turn: what is still on its way of the one before is refused from now on. `sequence` is of the last commit that took place. */
  begin(): Promise<{ readonly turn: number; readonly sequence: number }>;
  commit(batch: LaneBatch): Promise<void>;
  /** Those that hold no more. */
  lost(fences: readonly LaneFence[]): Promise<readonly LaneFence[]>;
}

interface Turn {
  readonly turn: number;
  /** Of the last commit that took place. */
  sequence: number;
}
interface Pending extends LaneChange {
  readonly resolve: () => void;
  readonly reject: (error: HooklineError) => void;
}

const FAILED_PAUSE_MS = 250;
/** Somebody else was writing just then. */
const BUSY_PAUSE_MS = 10;

export class LaneWriter {
  readonly #backend: LaneWriterBackend;
  readonly #clock: Clock;
  #pending: Pending[] = [];
  #turn: Turn | null = null;
  #pumping: Promise<void> | null = null;
  #closed = false;
  constructor(backend: LaneWriterBackend, clock: Clock) {
    this.#backend = backend;
    this.#clock = clock;
  }

  /** As `LaneStore.commit`; rejects with `lane_lost` where a fence does not hold. */
  commit(change: LaneChange): Promise<void> {
    if (this.#closed) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      this.#pending.push({ ...change, resolve, reject });
      this.#pumping ??= Promise.resolve()
        .then(() => this.#pump())
        .finally(() => {
          this.#pumping = null;
        });
    });
  }

  async #pump(): Promise<void> {
    while (this.#pending.length > 0) await this.#settle(this.#pending.splice(0));
  }

  /** Until each of them is durable or refused. */
  async #settle(group: Pending[]): Promise<void> {
    /** The sequence of a commit of which nobody knows whether it took place. */
    let doubt: number | null = null;
    while (group.length > 0) {
      try {
        const turn: Turn = (this.#turn ??= { ...(await this.#backend.begin()) });
        const fences = [...new Map(group.flatMap((p) => p.fences).map((fence) => [nameOf(fence), fence])).values()];
        if (doubt === null) {
          doubt = turn.sequence + 1;
          await this.#commit(group, fences, turn);
          turn.sequence = doubt;
        }
        if (turn.sequence === doubt) {
          for (const done of group.splice(0)) done.resolve();
          return;
        }
        const lost = new Set((await this.#backend.lost(fences)).map(nameOf));
        doubt = null;
        if (lost.size === 0) await this.#pause(FAILED_PAUSE_MS);
        else refuse(group, lost);
      } catch (error: unknown) {
        if (error === BUSY) doubt = null;
        else this.#turn = null;
        if (this.#closed) for (const left of group.splice(0)) left.reject(closed());
        else await this.#pause(error === BUSY ? BUSY_PAUSE_MS : FAILED_PAUSE_MS);
      }
    }
  }

  async #commit(group: readonly Pending[], fences: readonly LaneFence[], { turn, sequence }: Turn): Promise<void> {
    const ops = mergeLaneOps(group.flatMap((p) => p.ops.filter(({ op }) => op !== 'scanned')));
    const scanned = group.flatMap((p) => p.ops.flatMap((op) => (op.op === 'scanned' ? [{ slots: p.scannedSlots, position: op.position }] : [])));
    try {
      await this.#backend.commit({ turn, sequence: sequence + 1, fences, ops, scanned });
    } catch (error: unknown) {
      throw isHooklineError(error) && error.code === 'overloaded' ? BUSY : error;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(ms, resolve));
  }

  /** Tries what is queued once more, then lets go of it. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pumping;
  }
}

/** A commit did not take place because somebody else was writing: it is certain that nothing happened. */
const BUSY = Symbol('busy');

/** Takes out what belongs to a lost fence. */
function refuse(group: Pending[], lost: ReadonlySet<string>): void {
  for (const p of group.splice(0)) {
    if (p.fences.some((fence) => lost.has(nameOf(fence)))) p.reject(new HooklineError('lane_lost', 'another process has taken this lane over'));
    else group.push(p);
  }
}

const nameOf = (fence: LaneFence): string => (fence.kind === 'slot' ? `${fence.slot}#${fence.token}` : `${fence.lane}#${fence.token}`);
const closed = (): HooklineError => new HooklineError('store_unavailable', 'the log is closed');
