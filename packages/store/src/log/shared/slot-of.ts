// Accounts are spread over slots (who delivers them) and over shards (where their callers' ids are known) by the same hash. Both are for ever: another hash would move
// accounts away from what is stored about them.

/** What relays share of a shard: a slot is leased as a whole, with every lane of its accounts. */
export const SLOT_COUNT = 256;

/** 32 bits, evenly (the finaliser of MurmurHash3). */
function mix(accountId: number): number {
  let hash = accountId >>> 0 ^ Math.imul(Math.floor(accountId / 2 ** 32), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export const slotOf = (accountId: number): number => mix(accountId) % SLOT_COUNT;

/** The shard that takes the account's events that carry a caller's id, so that an id is exact across shards. */
export const homeShardOf = (accountId: number, shardCount: number): number => Math.floor(mix(accountId) / SLOT_COUNT) % shardCount;
