import { and, asc, eq, getTableColumns, gt } from './drizzle.ts';
import type { NewToken, Token, TokenStore } from './control-store.ts';
import type { ControlSql } from './control-sql.ts';
import { auditStatements } from './audit-statement.ts';
import { afterKey, toPage } from './page.ts';
import { bumpRevision } from './revision.ts';
import { seededTokenTable, tokenTable } from './schema/control-schema.ts';
import { userTable } from './schema/user-schema.ts';

export interface LoadedTokenStore extends TokenStore {
  /** Stores a token given from outside, once: not again after it was deleted. */
  seed(token: NewToken, nowMs: number): Promise<void>;
  /** Reads all tokens again. */
  reload(): Promise<void>;
}

export async function createTokenStore(control: ControlSql): Promise<LoadedTokenStore> {
  const { build } = control;
  /** With what the user of each may. */
  const tokensWithUsers = () =>
    build
      .select({ ...getTableColumns(tokenTable), user: { master: userTable.master, scopes: userTable.scopes } })
      .from(tokenTable)
      .leftJoin(userTable, and(eq(userTable.id, tokenTable.userId), eq(userTable.accountId, tokenTable.accountId)));
  let bySha256 = new Map<string, Token>();
  /** Changes of this process since a running reload began, which may have read before them. */
  const reloads = new Set<((tokens: Map<string, Token>) => void)[]>();

  function apply(change: (tokens: Map<string, Token>) => void): void {
    change(bySha256);
    for (const changes of reloads) changes.push(change);
  }

  const store: LoadedTokenStore = {
    find: (sha256) => bySha256.get(sha256) ?? null,
    async create(token, nowMs, audit) {
      const [, [row]] = await control.write([
        bumpRevision(control, 'tokens'),
        build
          .insert(tokenTable)
          .values({ ...token, version: 1, createdAt: nowMs, updatedAt: nowMs })
          .returning(),
        ...auditStatements(control, audit),
      ]);
      // Of a user's token the user's rights are read with it.
      if (row!.userId !== null) await store.reload();
      else apply((tokens) => tokens.set(token.sha256, toToken({ ...row!, user: null })));
      return bySha256.get(token.sha256) ?? toToken({ ...row!, user: null });
    },
    async get(accountId, id) {
      const [row] = await control.read(tokensWithUsers().where(and(eq(tokenTable.accountId, accountId), eq(tokenTable.id, id))));
      return row === undefined ? null : toToken(row);
    },
    async list(accountId, page) {
      const rows = await control.read(
        tokensWithUsers()
          .where(and(eq(tokenTable.accountId, accountId), gt(tokenTable.row, afterKey(page))))
          .orderBy(asc(tokenTable.row))
          .limit(page.limit + 1),
      );
      return toPage(rows, page, ({ row }) => row, toToken);
    },
    async delete(accountId, id, audit) {
      const [, deleted] = await control.write([
        bumpRevision(control, 'tokens'),
        build
          .delete(tokenTable)
          .where(and(eq(tokenTable.accountId, accountId), eq(tokenTable.id, id)))
          .returning({ sha256: tokenTable.sha256 }),
        ...auditStatements(control, audit),
      ]);
      for (const { sha256 } of deleted) apply((tokens) => tokens.delete(sha256));
      return deleted.length > 0;
    },
    async seed(token, nowMs) {
      const known = await control.read(build.select().from(seededTokenTable).where(eq(seededTokenTable.sha256, token.sha256)));
      if (known.length > 0) return;
      await control.write([
        bumpRevision(control, 'tokens'),
        build.insert(seededTokenTable).values({ sha256: token.sha256, seededAt: nowMs }).onConflictDoNothing(),
        build
          .insert(tokenTable)
          .values({ ...token, version: 1, createdAt: nowMs, updatedAt: nowMs })
          .onConflictDoNothing(),
      ]);
      await store.reload();
    },
    async reload() {
      const changes: ((tokens: Map<string, Token>) => void)[] = [];
      reloads.add(changes);
      try {
        const rows = await control.read(tokensWithUsers());
        // One whose user went while it was being made belongs to nobody who could answer for it.
        bySha256 = new Map(rows.filter(({ userId, user }) => userId === null || user !== null).map((row) => [row.sha256, toToken(row)]));
        for (const change of changes) change(bySha256);
      } finally {
        reloads.delete(changes);
      }
    },
  };
  await store.reload();
  return store;
}

type TokenRow = typeof tokenTable.$inferSelect & { readonly user: Pick<typeof userTable.$inferSelect, 'master' | 'scopes'> | null };

function toToken({ row: _row, sha256: _sha256, user, ...token }: TokenRow): Token {
  return user === null ? token : { ...token, master: token.master && user.master, scopes: token.scopes.filter((scope) => user.scopes.includes(scope)) };
}
