// A bounded cache that never answers with what a finished write has replaced. A lookup holds a lease while it reads; a write that ends meanwhile marks the lease's
// keys, and what is marked is answered to that lookup but not kept: it may have been read before the write.

import { LRUCache } from 'lru-cache';

export interface Lease<V> {
  /** Keeps what was read, as far as no write has touched it since. Ends the lease. */
  fill(values: ReadonlyMap<string, V>): void;
  /** Ends the lease without keeping anything. */
  drop(): void;
}

export interface ExactCache<V> {
  get(key: string): V | undefined;
  /** Taken before the read of these keys begins. */
  lease(keys: readonly string[]): Lease<V>;
  /** After a write of this key came to an end, well or badly, and before its promise settles. */
  invalidate(key: string): void;
  /** Everything may have changed. */
  clear(): void;
}

interface OpenLease {
  readonly keys: ReadonlySet<string>;
  readonly touched: Set<string>;
}

/** `bytesOf` measures a value; the cache holds at most `entryCountMax` values and about `bytesMax` bytes of them. */
export function createExactCache<V extends object>(options: {
  readonly entryCountMax: number;
  readonly bytesMax: number;
  readonly bytesOf: (value: V) => number;
}): ExactCache<V> {
  const values = new LRUCache<string, V>({
    max: options.entryCountMax,
    maxSize: options.bytesMax,
    sizeCalculation: (value, key) => 1 + 2 * key.length + options.bytesOf(value),
  });
  const leases = new Set<OpenLease>();
  return {
    get: (key) => values.get(key),
    lease(keys) {
      const lease: OpenLease = { keys: new Set(keys), touched: new Set() };
      leases.add(lease);
      return {
        fill(read) {
          leases.delete(lease);
          for (const [key, value] of read) if (!lease.touched.has(key)) values.set(key, value);
        },
        drop: () => void leases.delete(lease),
      };
    },
    invalidate(key) {
      values.delete(key);
      for (const lease of leases) if (lease.keys.has(key)) lease.touched.add(key);
    },
    clear() {
      values.clear();
      for (const lease of leases) for (const key of lease.keys) lease.touched.add(key);
    },
  };
}

/** Answers `keys` from the cache, the rest by one call of `read`, which must answer every key it is given. */
export async function lookUpThrough<V extends object>(
  cache: ExactCache<V>,
  keys: readonly string[],
  read: (missing: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): Promise<Map<string, V>> {
  const found = new Map<string, V>();
  const missing: string[] = [];
  for (const key of new Set(keys)) {
    const known = cache.get(key);
    if (known === undefined) missing.push(key);
    else found.set(key, known);
  }
  if (missing.length === 0) return found;
  const lease = cache.lease(missing);
  try {
    const fresh = await read(missing);
    lease.fill(fresh);
    for (const [key, value] of fresh) found.set(key, value);
  } finally {
    lease.drop();
  }
  return found;
}
