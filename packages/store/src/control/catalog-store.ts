import { and, asc, eq, getTableColumns, gt, sql } from './drizzle.ts';
import type { CatalogEntry, CatalogInput, CatalogKind, CatalogStore } from './control-store.ts';
import type { ControlSql } from './control-sql.ts';
import { createExactCache, lookUpThrough } from './exact-cache.ts';
import { afterKey, toPage } from './page.ts';
import { bumpRevision } from './revision.ts';
import { catalogTable } from './schema/control-schema.ts';
import { encodeExactText } from './schema/exact-text.ts';

const CACHED_ENTRIES_MAX = 50_000;
const CACHED_BYTES_MAX = 16 * 1024 * 1024;
/** Entries that one unit of a write carries. */
const PUT_ENTRIES_MAX = 500;

type Key = `${CatalogKind}/${number}`;
/** null = the catalog does not have it: known, and as good as known. */
type Cached = { readonly entry: CatalogEntry | null };

export interface CachedCatalogStore extends CatalogStore {
  /** Another process wrote: nothing cached is certain. */
  forget(): void;
}

export function createCatalogStore(control: ControlSql): CachedCatalogStore {
  const { build } = control;
  const cache = createExactCache<Cached>({
    entryCountMax: CACHED_ENTRIES_MAX,
    bytesMax: CACHED_BYTES_MAX,
    bytesOf: ({ entry }) => 100 + 2 * ((entry?.name.length ?? 0) + (entry?.subid?.length ?? 0) + (entry?.subject?.length ?? 0)),
  });

  async function putSome(accountId: number, entries: readonly CatalogInput[], nowMs: number): Promise<readonly CatalogEntry[]> {
    const values = entries.map(({ kind, id, name, subid, subject, databaseId }) => [
      kind,
      id,
      encodeExactText(name),
      encodeNullable(subid),
      encodeNullable(subject),
      databaseId,
    ]);
    try {
      const [, rows] = await control.write([
        bumpRevision(control, 'catalog'),
        build
          .insert(catalogTable)
          .select(
            sql`select ${accountId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, 1, ${nowMs}, ${nowMs} from json_each(${JSON.stringify(values)}) where true`,
          )
          .onConflictDoUpdate({
            target: [catalogTable.accountId, catalogTable.kind, catalogTable.id],
            set: {
              name: sql`excluded.name`,
              subid: sql`excluded.subid`,
              subject: sql`excluded.subject`,
              databaseId: sql`excluded.database_id`,
              version: sql`${catalogTable.version} + 1`,
              updatedAt: nowMs,
            },
          })
          .returning(),
      ]);
      return rows;
    } finally {
      for (const { kind, id } of entries) cache.invalidate(`${accountId}/${kind}/${id}`);
    }
  }

  return {
    forget: () => cache.clear(),
    async get(accountId, kind, id) {
      const [entry] = await control.read(
        build
          .select()
          .from(catalogTable)
          .where(keyIs(accountId, kind, id)),
      );
      return entry ?? null;
    },
    async list(accountId, kind, page) {
      const rows = await control.read(
        build
          .select()
          .from(catalogTable)
          .where(and(eq(catalogTable.accountId, accountId), eq(catalogTable.kind, kind), gt(catalogTable.id, afterKey(page))))
          .orderBy(asc(catalogTable.id))
          .limit(page.limit + 1),
      );
      return toPage(
        rows,
        page,
        ({ id }) => id,
        (entry) => entry,
      );
    },
    async put(accountId, entries, nowMs) {
      const written = new Map<Key, CatalogEntry>();
      for (let first = 0; first < entries.length; first += PUT_ENTRIES_MAX)
        for (const entry of await putSome(accountId, entries.slice(first, first + PUT_ENTRIES_MAX), nowMs)) written.set(`${entry.kind}/${entry.id}`, entry);
      return entries.map(({ kind, id }) => written.get(`${kind}/${id}`)!);
    },
    async delete(accountId, kind, id) {
      try {
        const [, deleted] = await control.write([
          bumpRevision(control, 'catalog'),
          build
            .delete(catalogTable)
            .where(keyIs(accountId, kind, id))
            .returning({ id: catalogTable.id }),
        ]);
        return deleted.length > 0;
      } finally {
        cache.invalidate(`${accountId}/${kind}/${id}`);
      }
    },
    async lookUp(accountId, keys) {
      const byText = new Map(keys.map((key) => [`${accountId}/${key.kind}/${key.id}`, key]));
      const found = await lookUpThrough(cache, [...byText.keys()], async (missing) => {
        const wanted = JSON.stringify(missing.map((text) => [byText.get(text)!.kind, byText.get(text)!.id]));
        const rows = await control.read(
          build
            .select(getTableColumns(catalogTable))
            .from(sql`json_each(${wanted}) wanted`)
            // The order of a cross join is kept: one search by the whole key for each wanted one.
            .crossJoin(catalogTable)
            .where(and(eq(catalogTable.accountId, accountId), eq(catalogTable.kind, sql`wanted.value ->> 0`), eq(catalogTable.id, sql`wanted.value ->> 1`))),
        );
        const read = new Map<string, Cached>(missing.map((text) => [text, { entry: null }]));
        for (const entry of rows) read.set(`${accountId}/${entry.kind}/${entry.id}`, { entry });
        return read;
      });
      const entries = new Map<Key, CatalogEntry>();
      for (const { entry } of found.values()) if (entry !== null) entries.set(`${entry.kind}/${entry.id}`, entry);
      return entries;
    },
  };
}

function keyIs(accountId: number, kind: CatalogKind, id: number) {
  return and(eq(catalogTable.accountId, accountId), eq(catalogTable.kind, kind), eq(catalogTable.id, id));
}

function encodeNullable(text: string | null): string | null {
  return text === null ? null : encodeExactText(text);
}
