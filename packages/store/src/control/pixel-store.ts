import { and, asc, desc, eq, gt, sql } from './drizzle.ts';
import { auditStatements } from './audit-statement.ts';
import type { Pixel, PixelStore } from './control-store.ts';
import type { ControlSql } from './control-sql.ts';
import { createExactCache, lookUpThrough } from './exact-cache.ts';
import { afterKey, toPage } from './page.ts';
import { bumpRevision } from './revision.ts';
import { pixelTable } from './schema/control-schema.ts';

const CACHED_PIXELS_MAX = 10_000;
const CACHED_BYTES_MAX = 4 * 1024 * 1024;

/** null = nobody's sid: kept too, because anybody on the net may ask for one again and again. */
type Cached = { readonly pixel: Pixel | null };

export interface CachedPixelStore extends PixelStore {
  /** Another process wrote: nothing cached is certain. */
  forget(): void;
}

export function createPixelStore(control: ControlSql): CachedPixelStore {
  const { build } = control;
  const bySid = createExactCache<Cached>({
    entryCountMax: CACHED_PIXELS_MAX,
    bytesMax: CACHED_BYTES_MAX,
    bytesOf: ({ pixel }) => 200 + 2 * ((pixel?.name.length ?? 0) + (pixel?.domain?.length ?? 0)),
  });
  return {
    forget: () => bySid.clear(),
    async get(accountId, id) {
      const [pixel] = await control.read(
        build
          .select()
          .from(pixelTable)
          .where(and(eq(pixelTable.accountId, accountId), eq(pixelTable.id, id))),
      );
      return pixel ?? null;
    },
    async list(accountId, page) {
      const rows = await control.read(
        build
          .select()
          .from(pixelTable)
          .where(and(eq(pixelTable.accountId, accountId), gt(pixelTable.id, afterKey(page))))
          .orderBy(asc(pixelTable.id))
          .limit(page.limit + 1),
      );
      return toPage(
        rows,
        page,
        ({ id }) => id,
        (pixel) => pixel,
      );
    },
    recent: (countMax) => control.read(build.select().from(pixelTable).orderBy(desc(pixelTable.updatedAt)).limit(countMax)),
    async put(accountId, { id, sid, name, databaseId, domain, active }, nowMs, audit) {
      const [, [row]] = await control.write([
        bumpRevision(control, 'pixels'),
        build
          .insert(pixelTable)
          .values({ accountId, id, sid, name, databaseId, domain, active, version: 1, createdAt: nowMs, updatedAt: nowMs })
          .onConflictDoUpdate({
            target: [pixelTable.accountId, pixelTable.id],
            set: { name, databaseId, domain, active, version: sql`${pixelTable.version} + 1`, updatedAt: nowMs },
          })
          .returning(),
        ...auditStatements(control, audit),
      ]);
      const pixel: Pixel = row!;
      bySid.invalidate(pixel.sid);
      return { pixel, created: pixel.version === 1 };
    },
    async delete(accountId, id, audit) {
      try {
        const [, deleted] = await control.write([
          bumpRevision(control, 'pixels'),
          build
            .delete(pixelTable)
            .where(and(eq(pixelTable.accountId, accountId), eq(pixelTable.id, id)))
            .returning({ sid: pixelTable.sid }),
          ...auditStatements(control, audit),
        ]);
        for (const { sid } of deleted) bySid.invalidate(sid);
        return deleted.length > 0;
      } catch (error: unknown) {
        // It may have happened, and its sid is not known here.
        bySid.clear();
        throw error;
      }
    },
    knownBySid: (sid) => bySid.get(sid)?.pixel,
    async bySid(sid) {
      const found = await lookUpThrough(bySid, [sid], async () => {
        const [pixel] = await control.read(build.select().from(pixelTable).where(eq(pixelTable.sid, sid)));
        return new Map([[sid, { pixel: pixel ?? null }]]);
      });
      return found.get(sid)?.pixel ?? null;
    },
  };
}
