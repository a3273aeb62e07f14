// What leaves the log, account by account, of the blocks that the map counts: what is older than it is kept, and the oldest of what is more than is kept. In slices of one
// commit each, and never at or above a position that the account's lanes or open units need; the log's own end, which the map does not count yet, is looked at elsewhere.
import { blockOf, type EventHistory, lastOfBlock } from './event-history.ts';
import type { LogBackend } from './log-backend.ts';

/** How much of an account's events is kept; null = all. */
export interface EventsKept {
  readonly eventsMs: number | null;
  /** Beyond it the oldest go, delivered or not. */
  readonly eventBytesMax?: number | null;
}

/** Lets go of what lanes of this account have still to deliver at or below `through`: counted as expired, for the log removes it. What is on its way stays needed. */
export type MakeRoom = (accountId: number, through: number) => Promise<void>;

export interface RetentionLimits {
  /** Unix ms of log time; null = kept for ever. */
  readonly beforeOf: (accountId: number) => number | null;
  readonly bytesMaxOf: (accountId: number) => number | null;
  /** Some account has a maximum of bytes. */
  readonly isSized: boolean;
}

const ALL_EVENTS = { eventTypes: null, fromDay: 0, throughDay: null };
/** Removed with one commit: a few milliseconds. */
const SLICE_LIMITS = { rowsMax: 200, bytesMax: 1024 * 1024 };

interface Turn {
  readonly accountId: number;
  /** Everything at or below it is too old. */
  readonly agedThrough: number;
  readonly excessBytes: number;
  /** How far its events have been looked at, and are to be; null = its turn has not begun. */
  at: { readonly after: number; readonly through: number } | null;
}

export class EventRetention {
  readonly #backend: LogBackend;
  readonly #history: EventHistory;
  readonly #remove: (positions: readonly number[]) => Promise<void>;
  /** Of this round. */
  #turns: Turn[] = [];

  constructor(backend: LogBackend, history: EventHistory, remove: (positions: readonly number[]) => Promise<void>) {
    this.#backend = backend;
    this.#history = history;
    this.#remove = remove;
  }

  /** One slice. True = there is more in this round. */
  async slice(limits: RetentionLimits, makeRoom: MakeRoom): Promise<boolean> {
    if (this.#turns.length === 0) this.#turns = await this.#plan(limits);
    const turn = this.#turns[0];
    if (!turn) return false;
    const { after, through } = (turn.at ??= await this.#begin(turn, makeRoom));
    const page = after < through ? await this.#history.page({ ...ALL_EVENTS, accountId: turn.accountId }, after, through, SLICE_LIMITS) : { rows: [], through };
    if (page.rows.length > 0) {
      const positions = page.rows.map((row) => row.position);
      const dead = new Set(await this.#backend.deadAmong(positions));
      const going = positions.filter((position) => !dead.has(position));
      if (going.length > 0) await this.#remove(going);
    }
    turn.at = { after: page.through, through };
    if (page.through >= through) this.#turns.shift();
    return this.#turns.length > 0;
  }

  async #plan({ beforeOf, bytesMaxOf, isSized }: RetentionLimits): Promise<Turn[]> {
    const agedThrough = new Map<number | null, number>([[null, 0]]);
    const turns: Turn[] = [];
    for (const { accountId, firstBlock, bytes } of await this.#backend.mappedAccounts(isSized)) {
      const before = beforeOf(accountId);
      if (!agedThrough.has(before)) agedThrough.set(before, ((await this.#backend.firstAt(before as number)) ?? Number.POSITIVE_INFINITY) - 1);
      const aged = agedThrough.get(before) as number;
      const excessBytes = Math.max(0, bytes - (bytesMaxOf(accountId) ?? bytes));
      if (excessBytes > 0 || blockOf(Math.min(aged, Number.MAX_SAFE_INTEGER)) >= firstBlock) turns.push({ accountId, agedThrough: aged, excessBytes, at: null });
    }
    return turns;
  }

  async #begin({ accountId, agedThrough, excessBytes }: Turn, makeRoom: MakeRoom): Promise<{ readonly after: number; readonly through: number }> {
    const overThrough = await this.#overThrough(accountId, excessBytes);
    if (overThrough >= (await this.#neededFrom(accountId))) await makeRoom(accountId, overThrough);
    return { after: 0, through: Math.min(Math.max(agedThrough, overThrough), (await this.#neededFrom(accountId)) - 1, await this.#history.mappedThrough()) };
  }

  /** The end of the block with which so much is gone; 0 = nothing has to go. */
  async #overThrough(accountId: number, excessBytes: number): Promise<number> {
    let left = excessBytes;
    if (left === 0) return 0;
    for (const { block, bytes } of await this.#backend.bytesOfBlocks(accountId)) {
      left -= bytes;
      if (left <= 0) return lastOfBlock(block);
    }
    return 0;
  }

  async #neededFrom(accountId: number): Promise<number> {
    const { ofAll, ofAccount } = await this.#backend.needed();
    return Math.min(ofAll, ofAccount.get(accountId) ?? ofAll);
  }
}
