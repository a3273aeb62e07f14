import { and, asc, eq, getTableColumns, gt, isNotNull, sql } from './drizzle.ts';
import type { Profile, ProfileState, ProfileStore } from './control-store.ts';
import type { ControlSql } from './control-sql.ts';
import { createExactCache, lookUpThrough } from './exact-cache.ts';
import { createProfileFields } from './profile-fields.ts';
import { addressKey, profileShape } from './profile-shape.ts';
import { bumpRevision, currentRevision } from './revision.ts';
import { profileTable } from './schema/control-schema.ts';
import { encodeExactText } from './schema/exact-text.ts';
import { profileKeyTable } from './schema/profile-schema.ts';
import { visitorTable } from './schema/visitor-schema.ts';
import { createTombstoneFilter } from './tombstone-filter.ts';

const CACHED_PROFILES_MAX = 50_000;
const CACHED_BYTES_MAX = 32 * 1024 * 1024;
/** A bulk unit: this many profiles or about this much text, whichever comes first. Small enough that several fit into a slice of the writer's time. */
const UNIT_PROFILES_MAX = 128;
const UNIT_CHARS_MAX = 128 * 1024;
/** Units of one import that wait at the writer; the others stay with the caller. */
const UNITS_AHEAD_MAX = 4;

/** Tombstones read at once when the filter is filled. */
const TOMBSTONES_PAGE = 10_000;

/** More than one profile with an address is all that `find` needs to know. */
const FOUND_MAX = 2;

const ABSENT: ProfileState = { kind: 'absent' };
type ProfileRow = typeof profileTable.$inferSelect;

export interface CachedProfileStore extends ProfileStore {
  /** Another process wrote: nothing cached is certain, and there may be new tombstones. */
  reload(): Promise<void>;
}

export async function createProfileStore(control: ControlSql): Promise<CachedProfileStore> {
  const { build } = control;
  const fieldsSeen = createProfileFields(control);
  const tombstones = createTombstoneFilter();
  let seenDeletion = 0;
  const cache = createExactCache<ProfileState>({
    entryCountMax: CACHED_PROFILES_MAX,
    bytesMax: CACHED_BYTES_MAX,
    bytesOf: (state) => 100 + (state.kind === 'stored' ? 2 * state.fields.length : 0),
  });

  async function readTombstones(): Promise<void> {
    for (;;) {
      const rows = await control.read(
        build
          .select()
          .from(profileTable)
          .where(gt(profileTable.deletedRevision, seenDeletion))
          .orderBy(asc(profileTable.deletedRevision))
          .limit(TOMBSTONES_PAGE),
      );
      for (const row of rows) {
        tombstones.add(cacheKey(row.accountId, row.databaseId, row.profileId));
        seenDeletion = row.deletedRevision!;
      }
      if (rows.length < TOMBSTONES_PAGE) return;
    }
  }

  async function putUnit(accountId: number, profiles: readonly Profile[], nowMs: number, bulk: boolean): Promise<void> {
    const { values, seen } = describeUnit(profiles);
    const plans = [...seen].map(([databaseId, kinds]) => fieldsSeen.plan(accountId, databaseId, kinds)).filter((plan) => plan !== null);
    try {
      await control.write(
        [
          bumpRevision(control, 'profiles'),
          ...plans.map(({ statement }) => statement),
          ...replaceKeys(control, accountId, values),
          build
            .insert(profileTable)
            .select(sql`select ${accountId}, value ->> 0, value ->> 1, value ->> 2, null, value ->> 3, 1, ${nowMs}, ${nowMs} from json_each(${values}) where true`)
            .onConflictDoUpdate({
              target: [profileTable.accountId, profileTable.databaseId, profileTable.profileId],
              set: {
                fields: sql`excluded.fields`,
                deletedRevision: null,
                keys: sql`excluded.keys`,
                version: sql`${profileTable.version} + 1`,
                createdAt: sql`iif(${profileTable.fields} is null, excluded.created_at, ${profileTable.createdAt})`,
                updatedAt: nowMs,
              },
            }),
        ],
        { bulk },
      );
      for (const { written } of plans) written();
    } finally {
      for (const { databaseId, profileId } of profiles) cache.invalidate(cacheKey(accountId, databaseId, profileId));
    }
  }

  await readTombstones();
  return {
    mayBeDeleted: (accountId, databaseId, profileId) => tombstones.mayHave(cacheKey(accountId, databaseId, profileId)),
    async reload() {
      cache.clear();
      await readTombstones();
    },
    async get(accountId, databaseId, profileId) {
      const [row] = await control.read(
        build
          .select()
          .from(profileTable)
          .where(keyIs(accountId, databaseId, profileId)),
      );
      return row === undefined ? ABSENT : toState(row);
    },
    async put(accountId, profiles, nowMs) {
      await fieldsSeen.load(accountId, [...new Set(profiles.map(({ databaseId }) => databaseId))]);
      const units = cutUnits(profiles);
      const bulk = units.length > 1;
      const ahead: Promise<void>[] = [];
      try {
        for (const unit of units) {
          if (ahead.length >= UNITS_AHEAD_MAX) await ahead.shift();
          ahead.push(putUnit(accountId, unit, nowMs, bulk));
        }
      } finally {
        await Promise.allSettled(ahead);
      }
      await Promise.all(ahead);
    },
    async delete(accountId, databaseId, profileId, nowMs) {
      tombstones.add(cacheKey(accountId, databaseId, profileId));
      try {
        const [, , deleted] = await control.write([
          bumpRevision(control, 'profiles'),
          ...removeKeys(control, accountId, JSON.stringify([[databaseId, encodeExactText(profileId)]])),
          build
            .update(profileTable)
            .set({ fields: null, keys: null, deletedRevision: currentRevision('profiles'), version: sql`${profileTable.version} + 1`, updatedAt: nowMs })
            .where(and(keyIs(accountId, databaseId, profileId), isNotNull(profileTable.fields)))
            .returning({ version: profileTable.version }),
          // Who visits the account's pages under this id is somebody unknown again.
          build
            .delete(visitorTable)
            .where(and(eq(visitorTable.accountId, accountId), eq(visitorTable.databaseId, databaseId), eq(visitorTable.profileId, profileId))),
        ]);
        return deleted.length > 0;
      } finally {
        cache.invalidate(cacheKey(accountId, databaseId, profileId));
      }
    },
    async find(accountId, databaseId, address) {
      const key = addressKey(address);
      if (key === null) return [];
      const rows = await control.read(
        build
          .select({ profileId: profileKeyTable.profileId })
          .from(profileKeyTable)
          .where(and(eq(profileKeyTable.accountId, accountId), eq(profileKeyTable.databaseId, databaseId), eq(profileKeyTable.key, key)))
          .orderBy(asc(profileKeyTable.profileId))
          .limit(FOUND_MAX),
      );
      return rows.map(({ profileId }) => profileId);
    },
    fields: fieldsSeen.list,
    seenFields: fieldsSeen.seen,
    async lookUp(accountId, keys) {
      const byText = new Map(keys.map((key) => [cacheKey(accountId, key.databaseId, key.profileId), key]));
      const found = await lookUpThrough(cache, [...byText.keys()], async (missing) => {
        const wanted = JSON.stringify(missing.map((text) => [byText.get(text)!.databaseId, encodeExactText(byText.get(text)!.profileId)]));
        const rows = await control.read(
          build
            .select(getTableColumns(profileTable))
            .from(sql`json_each(${wanted}) wanted`)
            // The order of a cross join is kept: one search by the whole key for each wanted one.
            .crossJoin(profileTable)
            .where(
              and(
                eq(profileTable.accountId, accountId),
                eq(profileTable.databaseId, sql`wanted.value ->> 0`),
                eq(profileTable.profileId, sql`wanted.value ->> 1`),
              ),
            ),
        );
        const read = new Map<string, ProfileState>(missing.map((text) => [text, ABSENT]));
        for (const row of rows) read.set(cacheKey(accountId, row.databaseId, row.profileId), toState(row));
        return read;
      });
      return new Map([...found].map(([text, state]) => [text.slice(text.indexOf('/') + 1), state]));
    },
  };
}

function cutUnits(profiles: readonly Profile[]): readonly (readonly Profile[])[] {
  const units: Profile[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const profile of profiles) {
    const unit = units.at(-1);
    if (unit === undefined || unit.length >= UNIT_PROFILES_MAX || chars + profile.fields.length > UNIT_CHARS_MAX) {
      units.push([profile]);
      chars = profile.fields.length;
    } else {
      unit.push(profile);
      chars += profile.fields.length;
    }
  }
  return units;
}

/** `<account>/` and the key that callers of `lookUp` see. */
function cacheKey(accountId: number, databaseId: number, profileId: string): string {
  return `${accountId}/${databaseId}/${profileId}`;
}

function keyIs(accountId: number, databaseId: number, profileId: string) {
  return and(eq(profileTable.accountId, accountId), eq(profileTable.databaseId, databaseId), eq(profileTable.profileId, profileId));
}

function toState({ fields, version, createdAt, updatedAt }: ProfileRow): ProfileState {
  return fields === null ? { kind: 'deleted' } : { kind: 'stored', fields, version, createdAt, updatedAt };
}

/** The unit as JSON for `json_each` (`[[databaseId, profileId, fields, keys], …]`), and what fields it was seen with, by database. */
function describeUnit(profiles: readonly Profile[]): { readonly values: string; readonly seen: ReadonlyMap<number, ReadonlyMap<string, number>> } {
  const seen = new Map<number, Map<string, number>>();
  const lastKeys = new Map<string, string>();
  for (const { databaseId, profileId, fields } of profiles) {
    const shape = profileShape(fields);
    // Of a profile that comes twice only the later addresses may stay.
    lastKeys.set(`${databaseId}/${profileId}`, JSON.stringify(shape.keys.map(encodeExactText)));
    const ofDatabase = seen.get(databaseId) ?? new Map<string, number>();
    seen.set(databaseId, ofDatabase);
    for (const [name, kind] of shape.fields) ofDatabase.set(name, (ofDatabase.get(name) ?? 0) | kind);
  }
  const rows = profiles.map(({ databaseId, profileId, fields }) => [databaseId, encodeExactText(profileId), fields, lastKeys.get(`${databaseId}/${profileId}`)]);
  return { values: JSON.stringify(rows), seen };
}

/** Old keys of the profiles in `values` (`[[databaseId, profileId, …], …]`), found by what each profile says of itself. */
function removeKeys({ build }: ControlSql, accountId: number, values: string, unless = sql`false`) {
  const old = sql`select old.account_id, old.database_id, key.value, old.profile_id from json_each(${values}) wanted
    cross join profile old on old.account_id = ${accountId} and old.database_id = wanted.value ->> 0 and old.profile_id = wanted.value ->> 1
    cross join json_each(old.keys) key where not ${unless}`;
  return [build.delete(profileKeyTable).where(sql`(account_id, database_id, key, profile_id) in (${old})`)] as const;
}

/** Before the profiles themselves are written. A profile whose addresses stay the same, as most do, costs reads only. */
function replaceKeys(control: ControlSql, accountId: number, values: string) {
  const added = sql`select ${accountId}, wanted.value ->> 0, key.value, wanted.value ->> 1 from json_each(${values}) wanted, json_each(wanted.value ->> 3) key where true`;
  return [
    ...removeKeys(control, accountId, values, sql`(old.keys is (wanted.value ->> 3))`),
    control.build.insert(profileKeyTable).select(added).onConflictDoNothing(),
  ] as const;
}
