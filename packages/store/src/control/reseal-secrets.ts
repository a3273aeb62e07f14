// A change of the master key: what an older key of the ring has sealed is sealed again with the first, so that the older one can be thrown away afterwards. Done at open,
// in pages; each value is replaced only if it is still what was read, so another process may do the same, or change a hook, meanwhile.
import { and, asc, eq, gt } from './drizzle.ts';
import { mapSecrets, secretPlace } from '@hookline/core';
import type { ControlSql } from './control-sql.ts';
import { keyPlace } from './key-store.ts';
import { bumpRevision, currentRevision } from './revision.ts';
import { hookTable, sealedKeyTable } from './schema/control-schema.ts';
import type { SecretBox } from '../secret/secret-box.ts';

const ROWS_PER_PAGE = 200;

export async function resealSecrets(control: ControlSql, box: SecretBox): Promise<void> {
  await resealKeys(control, box);
  await resealHooks(control, box);
}

/** As it is where no key of the ring opens it: whoever needs it says so. */
function reseal(box: SecretBox, sealed: string, place: string): string {
  if (box.isCurrent(sealed)) return sealed;
  const plain = box.open(sealed, place);
  return plain === null ? sealed : box.seal(plain, place);
}

async function resealKeys(control: ControlSql, box: SecretBox): Promise<void> {
  const { build } = control;
  for (const row of await control.read(build.select().from(sealedKeyTable))) {
    const sealed = reseal(box, row.sealed, keyPlace(row.accountId, row.name));
    if (sealed === row.sealed) continue;
    const isRead = and(eq(sealedKeyTable.accountId, row.accountId), eq(sealedKeyTable.name, row.name), eq(sealedKeyTable.number, row.number), eq(sealedKeyTable.sealed, row.sealed));
    await control.write([bumpRevision(control, 'keys'), build.update(sealedKeyTable).set({ sealed }).where(isRead)]);
  }
}

async function resealHooks(control: ControlSql, box: SecretBox): Promise<void> {
  const { build } = control;
  for (let after = 0; ; ) {
    const rows = await control.read(build.select().from(hookTable).where(gt(hookTable.row, after)).orderBy(asc(hookTable.row)).limit(ROWS_PER_PAGE));
    for (const { row, id, accountId, request, revision } of rows) {
      const resealed = mapSecrets(request, (secret, field) => ('sealed' in secret ? { sealed: reseal(box, secret.sealed, secretPlace(accountId, id, field)) } : secret));
      if (JSON.stringify(resealed) === JSON.stringify(request)) continue;
      await control.write([bumpRevision(control, 'hooks'), build.update(hookTable).set({ request: resealed, revision: currentRevision('hooks') }).where(and(eq(hookTable.row, row), eq(hookTable.revision, revision)))]);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_PAGE) return;
    after = last.row;
  }
}
