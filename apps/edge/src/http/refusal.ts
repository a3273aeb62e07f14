import type { Problem } from '@hookline/core';

/** A request that gets an error answer. A value: refusing is expected, throwing means a bug. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly status: number;
  readonly problems: readonly [Problem, ...Problem[]];
  readonly headers: Readonly<Record<string, string>>;
}

export function refuse(status: number, code: string, message: string, path = '', headers: Readonly<Record<string, string>> = {}): Refusal {
  return { kind: 'refusal', status, problems: [{ path, code, message }], headers };
}

export function refuseProblems(status: number, problems: readonly Problem[]): Refusal {
  const [first, ...rest] = problems;
  if (first === undefined) return refuse(status, 'invalid', 'The request is not valid.');
  return { kind: 'refusal', status, problems: [first, ...rest], headers: {} };
}

/** The store, or we, cannot take it now; another try may. */
export function refuseForNow(code: string, message: string, retryAfterSec: number): Refusal {
  return refuse(503, code, message, '', { 'retry-after': String(retryAfterSec) });
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'refusal';
}

/** The headers every answer of the API carries. */
export const API_HEADERS: Readonly<Record<string, string>> = { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** The body of every error answer (`api.md` 1). The first problem is also the error's own code, message and path. */
export function errorBody(refusal: Refusal, requestId: string): string {
  const { code, message, path } = refusal.problems[0];
  return JSON.stringify({ error: { code, message, path, request_id: requestId, problems: refusal.problems } });
}
