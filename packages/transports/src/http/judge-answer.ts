// Status and body of an answer become an outcome here. Pure, apart from the pattern, which is evaluated elsewhere.
import { DELIVERED, errorText, fail } from '../failure.ts';
import type { Failure, FailureCode, Outcome } from '@hookline/core';
import { isProtocolError } from './classify-http-error.ts';
import type { ExchangeAnswer } from './http-exchange.ts';
import { parseRetryAfter } from './parse-retry-after.ts';

export interface SuccessRule {
  readonly successStatus: '2xx' | '200';
  /** null = the status decides alone. */
  readonly matches: ((body: string) => Promise<boolean>) | null;
  /** For what the reason quotes of the body. */
  readonly redact: (text: string) => string;
}

/** H11: how much of a body that does not match is shown in the reason. */
const MISMATCH_EXCERPT_CHARS_MAX = 200;

export async function judgeAnswer(answer: ExchangeAnswer, rule: SuccessRule, nowMs: number): Promise<Outcome> {
  const { status } = answer;
  if (status < 200 || status > 299) return judgeRefusal(answer, nowMs);
  if (answer.bodyEnd === 'broken') return fail(isProtocolError(answer.error) ? 'failed' : 'unknown', 'network', `the response broke off after status ${status}: ${errorText(answer.error)}`, { status });
  if (rule.successStatus === '200' && status !== 200) return fail('rejected', 'response_mismatch', `status ${status}, and this hook takes only 200 as success`, { status });
  if (rule.matches === null) return DELIVERED;
  const encoding = answer.headers.get('content-encoding')?.join(', ').trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== '') return fail('rejected', 'response_mismatch', `the response is encoded (${encoding}), which was not asked for: its body is not looked into`, { status });
  const body = answer.body.toString();
  if (await rule.matches(body)) return DELIVERED;
  // what was still to come might have matched
  if (answer.bodyEnd === 'stopped') return fail('unknown', 'timeout', `status ${status}, but no match of the success pattern before the deadline`, { status });
  return fail('rejected', 'response_mismatch', `the body does not match the success pattern: ${rule.redact(body).slice(0, MISMATCH_EXCERPT_CHARS_MAX)}`, { status });
}

function judgeRefusal(answer: ExchangeAnswer, nowMs: number): Failure {
  const { status } = answer;
  const code = codeOfStatus(status);
  const retryAfterMs = parseRetryAfter(answer.headers.get('retry-after') ?? [], nowMs);
  const kind = code === 'http_4xx' || code === 'redirect_not_followed' || code === 'payload_too_large' ? 'rejected' : 'failed';
  const message = code === 'redirect_not_followed' ? `status ${status}: redirects are not followed` : `status ${status}`;
  return fail(kind, code, message, { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

function codeOfStatus(status: number): FailureCode {
  if (status >= 500) return 'http_5xx';
  if (status < 400) return 'redirect_not_followed';
  switch (status) {
    case 401:
    case 403:
      return 'http_auth';
    case 404:
      return 'http_not_found';
    case 408:
    case 425:
    case 429:
      return 'http_throttled';
    case 410:
      return 'http_gone';
    case 413:
      return 'payload_too_large';
    default:
      return 'http_4xx';
  }
}
