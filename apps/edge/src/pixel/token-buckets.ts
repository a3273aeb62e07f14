// How often something may happen, by key: a bucket that holds `burst` and fills at `perSecond`. Memory is bounded: beyond `bucketsMax` the one that was used longest ago
// is forgotten, which is a full bucket for its key.

export interface TokenBuckets {
  /** Takes one; false = none left. */
  tryTake(key: string): boolean;
}

export interface TokenBucketOptions {
  /** 0 = no limit. */
  readonly perSecond: number;
  readonly burst: number;
  readonly bucketsMax: number;
  /** Monotonic ms. */
  readonly now: () => number;
}

interface Bucket {
  left: number;
  at: number;
}

export function createTokenBuckets({ perSecond, burst, bucketsMax, now }: TokenBucketOptions): TokenBuckets {
  if (perSecond === 0) return { tryTake: () => true };
  const buckets = new Map<string, Bucket>();
  const perMs = perSecond / 1_000;
  return {
    tryTake(key) {
      const at = now();
      const known = buckets.get(key);
      const bucket = known ?? { left: burst, at };
      if (known !== undefined) {
        bucket.left = Math.min(burst, bucket.left + (at - bucket.at) * perMs);
        bucket.at = at;
        buckets.delete(key);
      } else if (buckets.size >= bucketsMax) {
        buckets.delete(buckets.keys().next().value as string);
      }
      buckets.set(key, bucket);
      if (bucket.left < 1) return false;
      bucket.left -= 1;
      return true;
    },
  };
}
