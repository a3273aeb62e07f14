// Outcomes are made here, so that every message is one line, short and free of what a peer may have put into it.
import type { Failure, FailureCode, Outcome } from '@hookline/core';

/** The port promises it (`Failure.message`). */
const MESSAGE_CHARS_MAX = 300;

export const DELIVERED: Outcome = { kind: 'delivered' };

interface FailureExtra {
  readonly status?: number;
  readonly retryAfterMs?: number;
}

export function fail(kind: Failure['kind'], code: FailureCode, message: string, extra: FailureExtra = {}): Failure {
  return { kind, code, message: toOneLine(message), ...extra };
}

/** For a message of somebody else's making: control characters become spaces, and it is cut. */
function toOneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= MESSAGE_CHARS_MAX ? line : `${line.slice(0, MESSAGE_CHARS_MAX - 1)}…`;
}

/** What an error says, wherever it comes from; an `AggregateError` of connection attempts has no message of its own. */
export function errorText(error: unknown): string {
  if (error instanceof AggregateError && error.message === '' && error.errors.length > 0) return errorText(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

/** Of Node's, undici's and OpenSSL's errors: the symbolic code, the one of the first cause when the error has none itself. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return code;
  const first = error instanceof AggregateError ? error.errors[0] : error.cause;
  return first === undefined ? '' : errorCode(first);
}

const SEVERITY: Readonly<Record<Outcome['kind'], number>> = { delivered: 0, failed: 1, unknown: 2, rejected: 3 };

/** Of a batch: delivered only when every message is; else the worst, `rejected` before `unknown` before `failed`. */
export function worstOutcome(outcomes: readonly Outcome[]): Outcome {
  let worst: Outcome = DELIVERED;
  for (const outcome of outcomes) if (SEVERITY[outcome.kind] > SEVERITY[worst.kind]) worst = outcome;
  return worst;
}
