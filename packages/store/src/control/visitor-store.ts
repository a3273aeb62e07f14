// Whom a visitor turned out to be. One row a known visitor and database; unknown ones have none. What is read is kept for a while: this process's own links are seen at
// once, another's within a minute, which costs an event its profile and nothing else.

import { and, asc, eq, lt, sql } from './drizzle.ts';
import type { Clock } from '@hookline/core';
import type { ControlSql } from './control-sql.ts';
import type { VisitorIdentity, VisitorStore } from './control-store.ts';
import { createExactCache, lookUpThrough } from './exact-cache.ts';
import { visitorTable } from './schema/visitor-schema.ts';

/** As long as the cookie lives. */
const RETENTION_MS = 400 * 24 * 3_600_000;
/** Some 150 bytes each on disk. */
const VISITORS_MAX = 10_000_000;
const CLEAN_UP_ROWS_MAX = 500;
const CACHED_VISITORS_MAX = 50_000;
const CACHED_BYTES_MAX = 16 * 1024 * 1024;
const FRESH_MS = 60_000;
/** A visitor who comes every minute is written once in this time. */
const SEEN_STEP_MS = 24 * 3_600_000;

interface Cached {
  readonly identity: VisitorIdentity | null;
  readonly seenAt: number;
  readonly readAt: number;
}

export function createVisitorStore(control: ControlSql, clock: Pick<Clock, 'now' | 'monotonic'>, visitorsMax: number = VISITORS_MAX): VisitorStore {
  const { build } = control;
  const cache = createExactCache<Cached>({ entryCountMax: CACHED_VISITORS_MAX, bytesMax: CACHED_BYTES_MAX, bytesOf: () => 200 });
  const isVisitor = (accountId: number, databaseId: number, visitor: string) =>
    and(eq(visitorTable.accountId, accountId), eq(visitorTable.databaseId, databaseId), eq(visitorTable.visitor, visitor));

  async function read(accountId: number, databaseId: number, visitor: string): Promise<Cached> {
    const key = cacheKey(accountId, databaseId, visitor);
    if (clock.monotonic() - (cache.get(key)?.readAt ?? 0) > FRESH_MS) cache.invalidate(key);
    const found = await lookUpThrough(cache, [key], async () => {
      const [row] = await control.read(build.select().from(visitorTable).where(isVisitor(accountId, databaseId, visitor)));
      const identity = row === undefined ? null : { profileId: row.profileId, xxh: row.xxh, md5: row.md5 };
      return new Map([[key, { identity, seenAt: row?.seenAt ?? 0, readAt: clock.monotonic() }]]);
    });
    return found.get(key)!;
  }

  async function write(accountId: number, databaseId: number, visitor: string, identity: VisitorIdentity, nowMs: number): Promise<void> {
    try {
      await control.write([
        build
          .insert(visitorTable)
          .values({ accountId, databaseId, visitor, ...identity, seenAt: nowMs })
          .onConflictDoUpdate({ target: [visitorTable.accountId, visitorTable.databaseId, visitorTable.visitor], set: { ...identity, seenAt: nowMs } }),
      ]);
    } finally {
      cache.invalidate(cacheKey(accountId, databaseId, visitor));
    }
  }

  return {
    async find(accountId, databaseId, visitor, nowMs) {
      const { identity, seenAt } = await read(accountId, databaseId, visitor);
      if (identity !== null && nowMs - seenAt > SEEN_STEP_MS) await write(accountId, databaseId, visitor, identity, nowMs);
      return identity;
    },
    async link(accountId, databaseId, visitor, identity, nowMs) {
      const { identity: known } = await read(accountId, databaseId, visitor);
      // Another person on the same browser: what was known of the first does not belong to the second.
      const isSame = known === null || identity.profileId === null || known.profileId === null || known.profileId === identity.profileId;
      const merged = isSame
        ? { profileId: identity.profileId ?? known?.profileId ?? null, xxh: identity.xxh ?? known?.xxh ?? null, md5: identity.md5 ?? known?.md5 ?? null }
        : identity;
      if (known === null || merged.profileId !== known.profileId || merged.md5 !== known.md5 || merged.xxh !== known.xxh) await write(accountId, databaseId, visitor, merged, nowMs);
      return merged;
    },
    async cleanUp(nowMs) {
      // There are never more rows than the highest row number, which costs nothing to read.
      const counted = sql<number>`iif((select max(rowid) from visitor) > ${visitorsMax}, (select count(*) from visitor), 0)`;
      const [row] = await control.read(build.select({ count: counted }).from(sql`(select 1)`));
      const surplus = Math.min(CLEAN_UP_ROWS_MAX, (row?.count ?? 0) - visitorsMax);
      const old =
        surplus > 0
          ? build.select({ seenAt: visitorTable.seenAt }).from(visitorTable).orderBy(asc(visitorTable.seenAt)).limit(surplus)
          : build.select({ seenAt: visitorTable.seenAt }).from(visitorTable).where(lt(visitorTable.seenAt, nowMs - RETENTION_MS)).orderBy(asc(visitorTable.seenAt)).limit(CLEAN_UP_ROWS_MAX);
      const rows = await control.read(old);
      const through = rows.at(-1)?.seenAt;
      if (through === undefined) return false;
      await control.write([build.delete(visitorTable).where(sql`${visitorTable.seenAt} <= ${through}`)]);
      return rows.length === CLEAN_UP_ROWS_MAX;
    },
  };
}

const cacheKey = (accountId: number, databaseId: number, visitor: string): string => `${accountId}/${databaseId}/${visitor}`;
