// How often something may happen, by key: a bucket that holds `burst` and fills at `perSecond`. Memory is bounded: beyond `bucketsMax` the one that was used longest ago
// is forgotten, which is a full bucket for its key.

export interface TokenBuckets {
  /** Takes one, or `count`; false = none left. More than are left are taken as a debt, which has to be made up before there is one again. */
  tryTake(key: string, count?: number): boolean;
  /** Until there is one, ms; 0 = now. */
  waitMs(key: string): number;
}

export interface TokenBucketOptions {
  /** 0 = no limit. */
  readonly perSecond: number;
  readonly burst: number;
  readonly bucketsMax: number;
  /** Monotonic ms. */
  readonly now: () => number;
}

/** Many small additions do not quite sum up. */
const ROUNDING = 1e-6;

interface Bucket {
  left: number;
  at: number;
}

export function createTokenBuckets({ perSecond, burst, bucketsMax, now }: TokenBucketOptions): TokenBuckets {
  if (perSecond === 0) return { tryTake: () => true, waitMs: () => 0 };
  const buckets = new Map<string, Bucket>();
  const perMs = perSecond / 1_000;
  return {
    tryTake(key, count = 1) {
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
      if (bucket.left < 1 - ROUNDING) return false;
      bucket.left -= count;
      return true;
    },
    waitMs(key) {
      const bucket = buckets.get(key);
      if (bucket === undefined) return 0;
      return Math.max(0, Math.ceil((1 - ROUNDING - bucket.left) / perMs - (now() - bucket.at)));
    },
  };
}
