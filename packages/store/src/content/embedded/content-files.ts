// The buckets as files. One thread does everything with them, so there is no reader to make way for.

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openWriter } from '../../control/embedded/sql-file.ts';
import type { SqlFile } from '../../control/embedded/sql-file.ts';
import { syncFolder } from '../../secret/master-key-file.ts';
import { bucketOf, entryBytes, isLive, isLiveBucket } from '../bucket.ts';
import type { ContentEntry, ContentLimits, ContentPut, PutResult } from '../content-protocol.ts';

const BUCKET_FILE = /^(\d+)\.db(?:-wal|-shm)?$/;
/** Pages of 4 KiB in the write-ahead log of a bucket before a commit copies them over. */
const CHECKPOINT_PAGES = 4_000;
/** Up to 13 buckets are open at once: each gets a small page cache. */
const CACHE_KIB = 512;

const SCHEMA = `
  create table if not exists entry (account_id integer not null, ref text not null, put_at integer not null, bytes integer not null, body text not null, primary key (account_id, ref));
  create table if not exists total (id integer primary key, bytes integer not null);
  insert or ignore into total (id, bytes) values (1, 0);
`;
const FIND = 'select put_at, body = ? from entry where account_id = ? and ref = ?';
const INSERT = 'insert or replace into entry (account_id, ref, put_at, bytes, body) values (?, ?, ?, ?, ?)';
const LOOK_UP = 'select ref, put_at, body from entry where account_id = ? and ref in (select value from json_each(?))';

interface Bucket {
  readonly file: SqlFile;
  /** What its entries count towards the cap. */
  bytes: number;
}

export interface ContentFiles {
  /** One after the other; durable on return. Throws when that is not sure; each of them can then be put again. */
  put(puts: readonly ContentPut[]): readonly PutResult[];
  lookUp(accountId: number, refs: readonly string[], nowMs: number): readonly ContentEntry[];
  cleanUp(nowMs: number): void;
  close(): void;
}

export function openContentFiles(folder: string, limits: ContentLimits): ContentFiles {
  mkdirSync(folder, { recursive: true });
  syncFolder(dirname(folder));
  /** Newest first. */
  let buckets = new Map<number, Bucket>();
  /** False after a failure: all files have to be opened anew, so that what is really on disk is read back. */
  let opened = false;
  openAll();

  function openAll(): void {
    if (opened) return;
    const names = readdirSync(folder).filter((name) => name.endsWith('.db') && BUCKET_FILE.test(name));
    for (const name of names) openBucket(Number.parseInt(name, 10));
    opened = true;
  }

  function openBucket(number: number): Bucket {
    const known = buckets.get(number);
    if (known !== undefined) return known;
    const file = openWriter(join(folder, `${number}.db`));
    file.database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    file.database.pragma(`cache_size = -${CACHE_KIB}`);
    file.database.exec(SCHEMA);
    const [[bytes]] = file.run({ sql: 'select bytes from total', params: [] }) as [[number]];
    const bucket: Bucket = { file, bytes };
    buckets = new Map([...buckets, [number, bucket] as const].sort(([left], [right]) => right - left));
    return bucket;
  }

  function closeAll(): void {
    for (const { file } of buckets.values()) file.close();
    buckets = new Map();
    opened = false;
  }

  function liveBuckets(nowMs: number): readonly Bucket[] {
    return [...buckets].filter(([number]) => isLiveBucket(number, nowMs, limits.retentionMs)).map(([, bucket]) => bucket);
  }

  function putOne({ accountId, ref, json, nowMs }: ContentPut, target: Bucket): PutResult {
    for (const { file } of liveBuckets(nowMs)) {
      const [found] = file.run({ sql: FIND, params: [json, accountId, ref] });
      if (found !== undefined && isLive(found[0] as number, nowMs, limits.retentionMs)) return found[1] === 1 ? 'same' : 'conflict';
    }
    const bytes = entryBytes(ref, json);
    const stored = [...buckets.values()].reduce((sum, bucket) => sum + bucket.bytes, 0);
    if (stored + bytes > limits.bytesMax) return 'full';
    target.file.run({ sql: INSERT, params: [accountId, ref, nowMs, bytes, json] });
    target.file.run({ sql: 'update total set bytes = bytes + ?', params: [bytes] });
    target.bytes += bytes;
    return 'created';
  }

  /** Puts that belong into one bucket, in one transaction. */
  function putRun(puts: readonly ContentPut[]): readonly PutResult[] {
    const target = openBucket(bucketOf(puts[0]!.nowMs));
    target.file.database.exec('begin immediate');
    const results = puts.map((put) => putOne(put, target));
    target.file.database.exec('commit');
    return results;
  }

  return {
    put(puts) {
      try {
        openAll();
        const results: PutResult[] = [];
        for (let first = 0, next = 0; first < puts.length; first = next) {
          while (next < puts.length && bucketOf(puts[next]!.nowMs) === bucketOf(puts[first]!.nowMs)) next++;
          results.push(...putRun(puts.slice(first, next)));
        }
        return results;
      } catch (error: unknown) {
        closeAll();
        throw error;
      }
    },
    lookUp(accountId, refs, nowMs) {
      openAll();
      const found: ContentEntry[] = [];
      const missing = new Set(refs);
      for (const { file } of liveBuckets(nowMs)) {
        if (missing.size === 0) break;
        for (const [ref, putAt, json] of file.run({ sql: LOOK_UP, params: [accountId, JSON.stringify([...missing])] }) as [string, number, string][]) {
          if (!isLive(putAt, nowMs, limits.retentionMs)) continue;
          found.push({ ref, json, putAt });
          missing.delete(ref);
        }
      }
      return found;
    },
    cleanUp(nowMs) {
      for (const name of readdirSync(folder)) {
        const number = Number(BUCKET_FILE.exec(name)?.[1] ?? Number.NaN);
        if (Number.isNaN(number) || isLiveBucket(number, nowMs, limits.retentionMs)) continue;
        buckets.get(number)?.file.close();
        buckets.delete(number);
        rmSync(join(folder, name), { force: true });
      }
      syncFolder(folder);
    },
    close: closeAll,
  };
}
