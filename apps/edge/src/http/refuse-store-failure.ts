import type { HooklineError, HooklineErrorCode } from '@hookline/core';
import { refuse, refuseForNow, type Refusal } from './refusal.ts';

/** Which thrown codes a client may try again, and how much later. */
const RETRY_AFTER_SEC: Partial<Record<HooklineErrorCode, number>> = { store_unavailable: 1, overloaded: 1, storage_full: 30, invariant_broken: 30 };

const WORDS: Partial<Record<HooklineErrorCode, string>> = {
  store_unavailable: 'Nothing can be stored durably at the moment.',
  storage_full: 'The disk is full.',
  overloaded: 'Too much is waiting to be stored.',
  invariant_broken: 'This process may not write any more; its operator has been told.',
};

export function refuseStoreFailure(error: HooklineError): Refusal {
  const retryAfterSec = RETRY_AFTER_SEC[error.code];
  if (retryAfterSec === undefined) return refuse(500, 'internal', 'This is our fault. The request id helps to find it.');
  return refuseForNow(error.code, WORDS[error.code] ?? 'Not at the moment.', retryAfterSec);
}
