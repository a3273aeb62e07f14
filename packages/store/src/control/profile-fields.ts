// Which fields the profiles of a database were ever seen with. Kept beside the profiles and written with them; what is known already costs a look into memory.

import { KIND } from '@hookline/core';
import { LRUCache } from 'lru-cache';
import { and, asc, eq, sql } from './drizzle.ts';
import type { ProfileField } from './control-store.ts';
import type { ControlSql } from './control-sql.ts';
import { encodeExactText } from './schema/exact-text.ts';
import { profileFieldTable } from './schema/profile-schema.ts';

/** Names kept of one database: profiles with names made at random must not fill the store. */
const FIELDS_MAX = 1_000;
/** Databases whose names are in memory. */
const DATABASES_MAX = 1_000;

const KIND_NAMES: readonly (readonly [number, ProfileField['kinds'][number]])[] = [
  [KIND.string, 'string'], [KIND.real, 'number'], [KIND.boolean, 'boolean'], [KIND.object, 'object'], [KIND.array, 'array'], [KIND.null, 'null'],
];

type Kinds = Map<string, number>;

export interface ProfileFields {
  /** Reads what is known of these databases, so that `plan` can answer at once. */
  load(accountId: number, databaseIds: readonly number[]): Promise<void>;
  /** What `seen` adds to what is known, as a statement for the unit that stores the profiles; null = nothing. `written` is called when the unit has been. */
  plan(accountId: number, databaseId: number, seen: ReadonlyMap<string, number>): { readonly statement: ReturnType<typeof upsert>; readonly written: () => void } | null;
  list(accountId: number, databaseId: number): Promise<readonly ProfileField[]>;
  seen(accountId: number, databaseId: number | null, names: readonly string[]): Promise<ReadonlySet<string>>;
}

export function createProfileFields(control: ControlSql): ProfileFields {
  const { build } = control;
  const known = new LRUCache<string, Kinds>({ max: DATABASES_MAX });

  async function loadOne(accountId: number, databaseId: number): Promise<void> {
    const place = placeOf(accountId, databaseId);
    if (known.has(place)) return;
    const rows = await control.read(build.select().from(profileFieldTable).where(inDatabase(accountId, databaseId)));
    if (!known.has(place)) known.set(place, new Map(rows.map((row) => [row.name, row.kinds])));
  }

  return {
    async load(accountId, databaseIds) {
      await Promise.all(databaseIds.map((databaseId) => loadOne(accountId, databaseId)));
    },
    plan(accountId, databaseId, seen) {
      const kinds = known.get(placeOf(accountId, databaseId)) ?? new Map<string, number>();
      const added: [string, number][] = [];
      let room = FIELDS_MAX - kinds.size;
      for (const [name, bits] of seen) {
        const before = kinds.get(name);
        if (before === undefined ? room-- > 0 : (before | bits) !== before) added.push([name, (before ?? 0) | bits]);
      }
      if (added.length === 0) return null;
      return {
        statement: upsert(control, accountId, databaseId, added),
        written: () => {
          for (const [name, bits] of added) kinds.set(name, (kinds.get(name) ?? 0) | bits);
        },
      };
    },
    async list(accountId, databaseId) {
      const rows = await control.read(build.select().from(profileFieldTable).where(inDatabase(accountId, databaseId)).orderBy(asc(profileFieldTable.name)).limit(FIELDS_MAX));
      return rows.map(({ name, kinds }) => ({ name, kinds: KIND_NAMES.flatMap(([bit, kind]) => ((kinds & bit) === 0 ? [] : [kind])) }));
    },
    async seen(accountId, databaseId, names) {
      if (names.length === 0) return new Set();
      const wanted = JSON.stringify(names.map(encodeExactText));
      const rows = await control.read(
        build
          .selectDistinct({ name: profileFieldTable.name })
          .from(profileFieldTable)
          .where(and(databaseId === null ? eq(profileFieldTable.accountId, accountId) : inDatabase(accountId, databaseId), sql`${profileFieldTable.name} in (select value from json_each(${wanted}))`)),
      );
      return new Set(rows.map(({ name }) => name));
    },
  };
}

const placeOf = (accountId: number, databaseId: number): string => `${accountId}/${databaseId}`;
const inDatabase = (accountId: number, databaseId: number) => and(eq(profileFieldTable.accountId, accountId), eq(profileFieldTable.databaseId, databaseId));

function upsert({ build }: ControlSql, accountId: number, databaseId: number, added: readonly (readonly [string, number])[]) {
  const values = JSON.stringify(added.map(([name, bits]) => [encodeExactText(name), bits]));
  return build
    .insert(profileFieldTable)
    .select(sql`select ${accountId}, ${databaseId}, value ->> 0, value ->> 1 from json_each(${values}) where true`)
    .onConflictDoUpdate({ target: [profileFieldTable.accountId, profileFieldTable.databaseId, profileFieldTable.name], set: { kinds: sql`${profileFieldTable.kinds} | excluded.kinds` } });
}
