// What tells processes about each other's writes: a counter a kind, moved in the unit of each write, polled where others may write.

import { eq, sql } from './drizzle.ts';
import type { SQL } from 'drizzle-orm';
import type { ControlSql } from './control-sql.ts';
import { revisionTable } from './schema/control-schema.ts';

export const REVISION_KINDS = ['accounts', 'tokens', 'hooks', 'catalog', 'profiles', 'eventTypes', 'pixels', 'keys', 'exports'] as const;
export type RevisionKind = (typeof REVISION_KINDS)[number];

/** Statement for the unit of a write of `kind`. */
export function bumpRevision(control: ControlSql, kind: RevisionKind) {
  return control.build
    .update(revisionTable)
    .set({ [kind]: sql`${revisionTable[kind]} + 1` })
    .where(eq(revisionTable.id, 1));
}

/** The counter of `kind` as it stands in the unit. */
export function currentRevision(kind: RevisionKind): SQL<number> {
  return sql<number>`(select ${sql.identifier(revisionTable[kind].name)} from revision)`;
}

export type Revisions = Readonly<Record<RevisionKind, number>>;

export async function readRevisions(control: ControlSql): Promise<Revisions> {
  const [row] = await control.read(control.build.select().from(revisionTable));
  return row!;
}
