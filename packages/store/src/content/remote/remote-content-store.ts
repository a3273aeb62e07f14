// The buckets as tables. Every process makes the tables of its current and the next bucket before it needs them, so that the list it knows holds every bucket another
// process can have written to, its clock being a little ahead included.

import { isHooklineError } from '@hookline/core';
import type { ContentStore } from '../../control/control-store.ts';
import type { SqlRunner, SqlStatement } from '../../control/control-sql.ts';
import { decodeExactText, encodeExactText } from '../../control/schema/exact-text.ts';
import { bucketOf, entryBytes, isLiveBucket } from '../bucket.ts';
import { createContentCache } from '../content-cache.ts';
import type { ContentEntry, ContentLimits, PutResult } from '../content-protocol.ts';

export function createRemoteContentStore(runner: SqlRunner, limits: ContentLimits): ContentStore {
  const cache = createContentCache(limits.retentionMs);
  /** Newest first; empty = to be read. */
  let known: readonly number[] = [];

  async function liveBuckets(nowMs: number): Promise<readonly number[]> {
    const current = bucketOf(nowMs);
    if (!known.includes(current + 1)) {
      const made = await runner.write([
        ...makeBucket(current),
        ...makeBucket(current + 1),
        { sql: 'select bucket from content_bucket order by bucket desc', params: [] },
      ]);
      known = made.at(-1)!.map(([bucket]) => bucket as number);
    }
    return known.filter((bucket) => isLiveBucket(bucket, nowMs, limits.retentionMs));
  }

  /** A bucket that another process has dropped meanwhile makes the statement fail: then once more with the list as it is now. */
  async function onLiveBuckets<T>(nowMs: number, run: (buckets: readonly number[]) => Promise<T>): Promise<T> {
    try {
      return await run(await liveBuckets(nowMs));
    } catch (error: unknown) {
      if (!isHooklineError(error) || !error.message.includes('no such table')) throw error;
      known = [];
      return run(await liveBuckets(nowMs));
    }
  }

  const store: ContentStore = {
    put: (accountId, ref, json, nowMs) =>
      onLiveBuckets(nowMs, async (buckets): Promise<PutResult> => {
        const key = encodeExactText(ref);
        const bytes = entryBytes(ref, json);
        const cutoff = nowMs - limits.retentionMs;
        const target = tableOf(bucketOf(nowMs));
        const others = buckets.filter((bucket) => bucket !== bucketOf(nowMs));
        const absent = others.map((bucket) => ` and not exists (select 1 from ${tableOf(bucket)} where account_id = ?1 and ref = ?2 and put_at > ?6)`).join('');
        const [inserted, , found] = await runner.write([
          {
            sql: `insert into ${target} (account_id, ref, put_at, bytes, body) select ?1, ?2, ?3, ?4, ?5 where (select sum(bytes) from content_bucket) + ?4 <= ?7${absent}
              on conflict (account_id, ref) do update set put_at = excluded.put_at, bytes = excluded.bytes, body = excluded.body where put_at <= ?6 returning 1`,
            params: [accountId, key, nowMs, bytes, json, cutoff, limits.bytesMax],
          },
          { sql: 'update content_bucket set bytes = bytes + ? where bucket = ? and changes() > 0', params: [bytes, bucketOf(nowMs)] },
          {
            sql: union(buckets, (table) => `select body = ?3 from ${table} where account_id = ?1 and ref = ?2 and put_at > ?4`),
            params: [accountId, key, json, cutoff],
          },
        ]);
        if (inserted!.length > 0) return 'created';
        const [entry] = found!;
        return entry === undefined ? 'full' : entry[0] === 1 ? 'same' : 'conflict';
      }),
    async get(accountId, ref, nowMs) {
      return (await store.lookUp(accountId, [ref], nowMs)).get(ref) ?? null;
    },
    lookUp: (accountId, refs, nowMs) =>
      cache.lookUp(accountId, refs, nowMs, (missing) =>
        onLiveBuckets(nowMs, async (buckets): Promise<readonly ContentEntry[]> => {
          const select = (table: string): string =>
            `select entry.ref, put_at, body from json_each(?2) wanted cross join ${table} entry where account_id = ?1 and entry.ref = wanted.value and put_at > ?3`;
          const [rows] = await runner.read([
            { sql: union(buckets, select), params: [accountId, JSON.stringify(missing.map(encodeExactText)), nowMs - limits.retentionMs] },
          ]);
          return rows!.map(([ref, putAt, json]) => ({ ref: decodeExactText(ref as string), putAt: putAt as number, json: json as string }));
        }),
      ),
    async cleanUp(nowMs) {
      const [rows] = await runner.read([{ sql: 'select bucket from content_bucket', params: [] }]);
      const old = rows!.map(([bucket]) => bucket as number).filter((bucket) => !isLiveBucket(bucket, nowMs, limits.retentionMs));
      for (const bucket of old)
        await runner.write([
          { sql: `drop table if exists ${tableOf(bucket)}`, params: [] },
          { sql: 'delete from content_bucket where bucket = ?', params: [bucket] },
        ]);
      known = known.filter((bucket) => !old.includes(bucket));
    },
  };
  return store;
}

function tableOf(bucket: number): string {
  return `content_${bucket}`;
}

function union(buckets: readonly number[], select: (table: string) => string): string {
  return buckets.map((bucket) => select(tableOf(bucket))).join(' union all ');
}

function makeBucket(bucket: number): readonly SqlStatement[] {
  return [
    {
      sql: `create table if not exists ${tableOf(bucket)} (account_id integer not null, ref text not null, put_at integer not null, bytes integer not null, body text not null, primary key (account_id, ref))`,
      params: [],
    },
    { sql: 'insert into content_bucket (bucket, bytes) values (?, 0) on conflict (bucket) do nothing', params: [bucket] },
  ];
}
