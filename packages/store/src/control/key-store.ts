// Keys that the product makes for itself. The database keeps them sealed; the process keeps those it has used, so that click redirects go on while storage is away.

import { randomBytes } from 'node:crypto';
import { and, desc, eq, lte, sql } from './drizzle.ts';
import { HooklineError } from '@hookline/core';
import type { KeyStore } from './control-store.ts';
import type { ControlSql } from './control-sql.ts';
import { auditStatements } from './audit-statement.ts';
import { createExactCache, lookUpThrough } from './exact-cache.ts';
import { bumpRevision } from './revision.ts';
import { sealedKeyTable } from './schema/control-schema.ts';
import { KEY_BYTES } from '../secret/secret-box.ts';
import type { SecretBox } from '../secret/secret-box.ts';

const LINK_KEY = 'link_key';
/** The newest signs, both verify. */
const LINK_KEYS_KEPT = 2;
const CACHED_ACCOUNTS_MAX = 10_000;
/** Keys of the product itself belong to no account. */
const OWN = 0;
const CHECK = 'check';
const CHECK_PLAIN = 'hookline';

export interface CachedKeyStore extends KeyStore {
  /** Another process wrote: nothing cached is certain. */
  forget(): void;
}

export function createKeyStore(control: ControlSql, box: SecretBox, nowMs: () => number): CachedKeyStore {
  const { build } = control;
  const own = new Map<string, Promise<Uint8Array>>();
  const linkKeys = createExactCache<readonly Uint8Array[]>({ entryCountMax: CACHED_ACCOUNTS_MAX, bytesMax: CACHED_ACCOUNTS_MAX * 1_000, bytesOf: () => 200 });

  const ofName = (accountId: number, name: string) => and(eq(sealedKeyTable.accountId, accountId), eq(sealedKeyTable.name, name));
  const newest = (accountId: number, name: string) =>
    build
      .select({ sealed: sealedKeyTable.sealed })
      .from(sealedKeyTable)
      .where(ofName(accountId, name))
      .orderBy(desc(sealedKeyTable.number))
      .limit(LINK_KEYS_KEPT);
  const open = (accountId: number, name: string, rows: readonly { readonly sealed: string }[]): Uint8Array[] =>
    rows.map(({ sealed }) => {
      const text = box.open(sealed, keyPlace(accountId, name));
      if (text === null) throw new HooklineError('key_invalid', `the stored ${name} of account ${accountId} was changed or sealed with another master key`);
      return Buffer.from(text, 'base64');
    });

  /** Makes the first one unless there is one by then. */
  async function makeFirst(accountId: number, name: string): Promise<Uint8Array[]> {
    const sealed = box.seal(randomBytes(KEY_BYTES).toString('base64'), keyPlace(accountId, name));
    const [, , rows] = await control.write([
      bumpRevision(control, 'keys'),
      build.insert(sealedKeyTable).values({ accountId, name, number: 1, sealed, createdAt: nowMs() }).onConflictDoNothing(),
      newest(accountId, name),
    ]);
    return open(accountId, name, rows);
  }

  async function readOrMake(accountId: number, name: string): Promise<Uint8Array[]> {
    const rows = await control.read(newest(accountId, name));
    return rows.length > 0 ? open(accountId, name, rows) : makeFirst(accountId, name);
  }

  return {
    seal: box.seal,
    open: box.open,
    forget: () => linkKeys.clear(),
    getOrCreate(name) {
      const known = own.get(name);
      if (known !== undefined) return known;
      const made = readOrMake(OWN, name).then(([key]) => key!);
      own.set(name, made);
      made.catch(() => own.delete(name));
      return made;
    },
    async linkKeys(accountId) {
      const key = String(accountId);
      return (await lookUpThrough(linkKeys, [key], async () => new Map([[key, await readOrMake(accountId, LINK_KEY)]]))).get(key)!;
    },
    async madeLinkKeys(accountsMax) {
      const rows = await control.read(
        build
          .select({ accountId: sealedKeyTable.accountId, sealed: sealedKeyTable.sealed })
          .from(sealedKeyTable)
          .where(eq(sealedKeyTable.name, LINK_KEY))
          .orderBy(desc(sealedKeyTable.createdAt), desc(sealedKeyTable.number))
          .limit(accountsMax * LINK_KEYS_KEPT),
      );
      const made = new Map<number, Uint8Array[]>();
      for (const row of rows) made.set(row.accountId, [...(made.get(row.accountId) ?? []), ...open(row.accountId, LINK_KEY, [row])]);
      return made;
    },
    async rotateLinkKey(accountId, rotatedAt, audit) {
      const sealed = box.seal(randomBytes(KEY_BYTES).toString('base64'), keyPlace(accountId, LINK_KEY));
      const highest = sql`(select coalesce(max(number), 0) from sealed_key where account_id = ${accountId} and name = ${LINK_KEY})`;
      try {
        const answers = await control.write([
          bumpRevision(control, 'keys'),
          build.insert(sealedKeyTable).values({ accountId, name: LINK_KEY, number: sql`${highest} + 1`, sealed, createdAt: rotatedAt }),
          ...auditStatements(control, audit),
          build.delete(sealedKeyTable).where(and(ofName(accountId, LINK_KEY), lte(sealedKeyTable.number, sql`${highest} - ${LINK_KEYS_KEPT}`))),
          newest(accountId, LINK_KEY),
        ]);
        return open(accountId, LINK_KEY, answers.at(-1) as readonly { readonly sealed: string }[]);
      } finally {
        linkKeys.invalidate(String(accountId));
      }
    },
  };
}

/** Is anything sealed here yet? */
export async function hasSealedCheck(control: ControlSql): Promise<boolean> {
  return (await control.read(readCheck(control))).length > 0;
}

/** At open: the sealed check value says whether this is the master key that the data was made with. Throws `key_invalid`. */
export async function verifyMasterKey(control: ControlSql, box: SecretBox, nowMs: number): Promise<void> {
  const place = keyPlace(OWN, CHECK);
  const [, [check]] = await control.write([
    control.build
      .insert(sealedKeyTable)
      .values({ accountId: OWN, name: CHECK, number: 1, sealed: box.seal(CHECK_PLAIN, place), createdAt: nowMs })
      .onConflictDoNothing(),
    readCheck(control),
  ]);
  if (box.open(check!.sealed, place) !== CHECK_PLAIN) throw new HooklineError('key_invalid', 'the master key is not the one that this data was sealed with');
}

function readCheck(control: ControlSql) {
  return control.build
    .select({ sealed: sealedKeyTable.sealed })
    .from(sealedKeyTable)
    .where(and(eq(sealedKeyTable.accountId, OWN), eq(sealedKeyTable.name, CHECK)));
}

export function keyPlace(accountId: number, name: string): string {
  return accountId === OWN ? `key/${name}` : `key/${accountId}/${name}`;
}
