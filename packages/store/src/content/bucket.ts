// Message content is kept in buckets of six hours, dropped whole: exact erasure without a vacuum (`engine.md` 11).

const BUCKET_MS = 6 * 3_600_000;

export function bucketOf(timeMs: number): number {
  return Math.floor(timeMs / BUCKET_MS);
}

/** Can this bucket still hold something younger than the retention? */
export function isLiveBucket(bucket: number, nowMs: number, retentionMs: number): boolean {
  return (bucket + 1) * BUCKET_MS > nowMs - retentionMs;
}

/** Is what was put at `putAt` still to be seen? */
export function isLive(putAt: number, nowMs: number, retentionMs: number): boolean {
  return putAt > nowMs - retentionMs;
}

/** What an entry counts towards the cap. */
export function entryBytes(ref: string, json: string): number {
  return Buffer.byteLength(ref) + Buffer.byteLength(json);
}
