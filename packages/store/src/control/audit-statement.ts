import { sql } from './drizzle.ts';
import type { AuditInput } from './control-store.ts';
import type { ControlSql } from './control-sql.ts';
import { auditTable } from './schema/user-schema.ts';
import { encodeExactText } from './schema/exact-text.ts';

/**
 * Statements for the unit of a change: none without `audit`. The entry is written only where the statement right before it changed a row, so that a refused change (a
 * stale version, an object that is not there) leaves none: put it directly behind the change.
 */
export function auditStatements(control: ControlSql, audit: AuditInput | undefined) {
  return audit === undefined ? [] : [insertAudit(control, audit, sql`changes() > 0`)];
}

export function insertAudit({ build }: ControlSql, { at, accountId, actor, action, objectKind, objectId, before, after }: AuditInput, condition = sql`true`) {
  const text = (value: unknown): string | null => (value === null || value === undefined ? null : encodeExactText(JSON.stringify(value)));
  return build
    .insert(auditTable)
    .select(sql`select null, ${at}, ${accountId}, ${actor.tokenId}, ${actor.userId}, ${action}, ${objectKind}, ${objectId}, ${text(before)}, ${text(after)} where ${condition}`);
}
