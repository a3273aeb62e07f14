import type { Failure } from '@hookline/core';
import { classifyDialError } from '../dial/classify-dial-error.ts';
import { errorCode, errorText, fail } from '../failure.ts';
import type { ExchangeSilence } from './http-exchange.ts';

/** The peer answered something that is no HTTP (H9): it is there and did not take the request, and the connection is gone. */
export function isProtocolError(error: unknown): boolean {
  return (error instanceof Error && error.name === 'HTTPParserError') || errorCode(error) === 'UND_ERR_HEADERS_OVERFLOW';
}

/** An exchange that ended without an answer. Once bytes went out, nobody can tell whether they arrived. */
export function classifyHttpError(silence: ExchangeSilence): Failure {
  const kind = silence.sent ? 'unknown' : 'failed';
  if (silence.stopped === 'deadline') return fail(kind, 'timeout', silence.sent ? 'no answer before the request timeout' : 'not sent before the request timeout');
  if (silence.stopped === 'caller') return fail(kind, 'network', silence.sent ? 'stopped by us before the answer came' : 'stopped by us before it was sent');
  const { error } = silence;
  if (isProtocolError(error)) return fail('failed', 'network', `the answer is not valid HTTP: ${errorText(error)}`);
  const dial = classifyDialError(error);
  if (!silence.sent) return dial ?? fail('failed', 'network', `no connection: ${errorText(error)}`);
  // TLS 1.3 refuses a client after the handshake, when the request is on its way already
  if (dial?.code === 'tls') return dial;
  const lost = fail('unknown', 'network', `the connection ended before an answer: ${errorText(error)}`);
  return silence.keptSocket ? { ...lost, soon: true } : lost;
}
