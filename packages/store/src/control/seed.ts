import { createHash, randomBytes } from 'node:crypto';
import type { AccountStore } from './control-store.ts';
import type { LoadedTokenStore } from './token-store.ts';

/** All scopes a token can have (`api.md` 1). */
export const TOKEN_SCOPES = [
  'events:write',
  'profiles:write',
  'catalog:write',
  'content:write',
  'hooks:read',
  'hooks:write',
  'deliveries:read',
  'deliveries:write',
  'exports:read',
  'exports:write',
  'tokens:write',
] as const;

/** What a platform token may do for any account, besides making accounts and their tokens. */
const PLATFORM_SCOPES = ['events:write', 'profiles:write', 'catalog:write', 'content:write'] as const;

const FIRST_ACCOUNT = 1;

/** Tokens that come from outside instead of being made by us. */
export interface InitialTokens {
  /** A master token of account 1 with all scopes. */
  readonly adminToken?: string | undefined;
  readonly platformToken?: string | undefined;
}

/** Each token is stored once: a start after it was revoked does not bring it back. */
export async function seedInitial(
  stores: { readonly accounts: AccountStore; readonly tokens: LoadedTokenStore },
  { adminToken, platformToken }: InitialTokens,
  nowMs: number,
): Promise<void> {
  if (!stores.accounts.exists(FIRST_ACCOUNT)) await stores.accounts.put(FIRST_ACCOUNT, `Account ${FIRST_ACCOUNT}`, nowMs);
  if (adminToken !== undefined)
    await stores.tokens.seed({ ...newToken(adminToken), accountId: FIRST_ACCOUNT, name: 'HOOKLINE_ADMIN_TOKEN', scopes: TOKEN_SCOPES, master: true }, nowMs);
  if (platformToken !== undefined)
    await stores.tokens.seed({ ...newToken(platformToken), accountId: null, name: 'HOOKLINE_PLATFORM_TOKEN', scopes: PLATFORM_SCOPES, master: false }, nowMs);
}

function newToken(token: string) {
  return { id: `tok_${randomBytes(12).toString('hex')}`, sha256: createHash('sha256').update(token).digest('hex'), expiresAt: null };
}
