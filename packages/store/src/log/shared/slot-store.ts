/**
 * Leases of the slots of one shard, in the shard's own database and by its clock, so that the same transaction that changes a lane can check the lease. A slot's token
 * goes up whenever somebody takes it; it is what fences the changes of whoever had it before.
 */
export interface SlotStore {
  /** One round of a relay: says that it is there, renews what it holds, takes those of `take` that nobody holds any more, gives back those of `give`. Answers how all stands after it. */
  round(round: SlotRound): Promise<SlotTable>;
  /** Gives everything back and goes. */
  leave(relay: string): Promise<void>;
}

export interface SlotRound {
  readonly relay: string;
  readonly leaseMs: number;
  readonly take: readonly number[];
  readonly give: readonly number[];
}

export interface SlotTable {
  /** Those that are there, this one included, in the same order for everybody. */
  readonly relays: readonly string[];
  readonly slots: readonly SlotLease[];
}

export interface SlotLease {
  readonly slot: number;
  /** null = nobody: given back, or not renewed in time. */
  readonly relay: string | null;
  readonly token: number;
}
