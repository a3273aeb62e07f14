import type { Failure, FailureCode } from '@hookline/core';
import { classifyDialError } from '../dial/classify-dial-error.ts';
import { errorText, fail } from '../failure.ts';

/** The reply code of the broker's `close` frame; amqplib puts it on errors of channels and open connections only. */
const replyCode = (error: unknown): number => {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'number' ? code : 0;
};

/** An error from connecting: nothing was published. During the handshake amqplib has the reply code in the text alone. */
export function classifyConnectError(error: unknown): Failure {
  const dial = classifyDialError(error);
  if (dial !== null) return dial;
  const text = errorText(error);
  if (/^Handshake terminated by server: 403/.test(text) || text.startsWith('SASL mechanism')) return fail('failed', 'credentials', text);
  // amqplib drops what the broker says about it: 530 is said of a virtual host that is not there, of one that this user may not use, and of limits
  if (text.startsWith('Expected ConnectionOpenOk')) return fail('failed', 'permission', 'the broker does not open the virtual host: it is not there, or not for this user, or full');
  if (text === 'connect ETIMEDOUT') return fail('failed', 'broker_unavailable', 'the broker does not answer');
  return fail('failed', 'broker_unavailable', `no connection: ${text}`);
}

/** Why the broker closed a channel or the connection. `kind` is the caller's: it knows whether something may have been taken before. */
export function classifyCloseError(error: unknown, kind: Failure['kind']): Failure {
  return fail(kind, codeOfClose(error), errorText(error));
}

function codeOfClose(error: unknown): FailureCode {
  const text = errorText(error);
  switch (replyCode(error)) {
    case 311:
      return 'payload_too_large';
    case 403:
      return 'permission';
    case 404:
      return 'destination_missing';
    case 406:
      // also said of an exchange that exists with other flags (R16): what the hook asks for is not there
      return /message size|larger than/i.test(text) ? 'payload_too_large' : 'destination_missing';
    default:
      return 'broker_unavailable';
  }
}
