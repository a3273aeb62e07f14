import type { AccountStore, Token } from '@hookline/store';
import { refuse, type Refusal } from '../http/refusal.ts';

const ACCOUNT_ID = /^[1-9][0-9]{0,15}$/;

const isAccountId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

/** The account a `hookline-account` header names; null = no header. */
export function parseAccountHeader(header: string | null | undefined): number | null | Refusal {
  if (header === null || header === undefined) return null;
  const id = ACCOUNT_ID.test(header) ? Number(header) : Number.NaN;
  return isAccountId(id) ? id : refuse(422, 'account_invalid', 'The header hookline-account must be a positive integer.');
}

/**
 * The account a request is about. An account's own token has one, and anything else it names is 403. A platform token names it in the body's `account_id`
 * or the header; it must have been made before.
 */
export function resolveAccount(accounts: Pick<AccountStore, 'exists'>, token: Pick<Token, 'accountId'>, header: string | null | undefined, inBody?: unknown): number | Refusal {
  const fromHeader = parseAccountHeader(header);
  if (typeof fromHeader === 'object' && fromHeader !== null) return fromHeader;
  if (inBody !== undefined && !isAccountId(inBody)) return refuse(422, 'account_invalid', 'account_id must be a positive integer.', '/account_id');
  const named = inBody ?? fromHeader;
  if (token.accountId !== null) {
    const other = (fromHeader !== null && fromHeader !== token.accountId) || (inBody !== undefined && inBody !== token.accountId);
    return other ? refuse(403, 'account_forbidden', "The account is not this token's.", inBody === undefined ? '' : '/account_id') : token.accountId;
  }
  if (inBody !== undefined && fromHeader !== null && inBody !== fromHeader) return refuse(422, 'account_invalid', 'account_id and the header hookline-account differ.', '/account_id');
  if (named === null) return refuse(422, 'required', 'A platform token names the account by account_id or by the header hookline-account.', '/account_id');
  if (!accounts.exists(named)) return refuse(422, 'account_unknown', 'This account has not been made.', inBody === undefined ? '' : '/account_id');
  return named;
}
