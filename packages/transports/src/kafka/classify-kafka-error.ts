// Both clients wrap errors several times over, each in its own way: causes, lists, originals. What decides is somewhere inside.
import type { Failure, FailureCode } from '@hookline/core';
import { classifyDialError } from '../dial/classify-dial-error.ts';
import { errorText, fail } from '../failure.ts';

/** Numbers of the Kafka protocol that mean something else than "the broker cannot take it now". `unknown`: the leader may have appended it. */
const PROTOCOL_ERRORS: Readonly<Record<number, readonly [kind: Failure['kind'], code: FailureCode, name: string]>> = {
  3: ['failed', 'destination_missing', 'UNKNOWN_TOPIC_OR_PARTITION'],
  7: ['unknown', 'timeout', 'REQUEST_TIMED_OUT'],
  10: ['rejected', 'payload_too_large', 'MESSAGE_TOO_LARGE'],
  17: ['failed', 'destination_missing', 'INVALID_TOPIC_EXCEPTION'],
  18: ['rejected', 'payload_too_large', 'RECORD_LIST_TOO_LARGE'],
  20: ['unknown', 'broker_unavailable', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
  29: ['failed', 'permission', 'TOPIC_AUTHORIZATION_FAILED'],
  31: ['failed', 'permission', 'CLUSTER_AUTHORIZATION_FAILED'],
  32: ['rejected', 'message_refused', 'INVALID_TIMESTAMP'],
  33: ['failed', 'credentials', 'UNSUPPORTED_SASL_MECHANISM'],
  34: ['failed', 'credentials', 'ILLEGAL_SASL_STATE'],
  44: ['rejected', 'message_refused', 'POLICY_VIOLATION'],
  // said of idempotent producers too
  53: ['failed', 'permission', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'],
  58: ['failed', 'credentials', 'SASL_AUTHENTICATION_FAILED'],
  87: ['rejected', 'message_refused', 'INVALID_RECORD'],
};

const NESTING_DEPTH_MAX = 10;

/** The error and everything inside it, outermost first. */
export function* nestedErrors(error: unknown, depth = 0): Generator<Error> {
  if (!(error instanceof Error) || depth > NESTING_DEPTH_MAX) return;
  yield error;
  const { cause, errors, originalError } = error as { cause?: unknown; errors?: unknown; originalError?: unknown };
  for (const inner of [cause, originalError, ...(Array.isArray(errors) ? errors : [])]) yield* nestedErrors(inner, depth + 1);
}

/** By the number that the broker gave; `kind` is for those that only say "not now". */
export function classifyProtocolCode(number: number, text: string | null, kind: Failure['kind']): Failure {
  const [ownKind, code, name] = PROTOCOL_ERRORS[number] ?? [kind, 'broker_unavailable', `Kafka error ${number}`];
  return fail(ownKind, code, text === null ? name : `${name}: ${text}`);
}

/** `kind`: 'failed' while nothing can have been sent, 'unknown' once a record may have been. */
export function classifyKafkaError(error: unknown, kind: 'failed' | 'unknown'): Failure {
  const nested = [...nestedErrors(error)];
  for (const inner of nested) {
    const code = protocolCode(inner);
    if (code !== null) return classifyProtocolCode(code, errorText(inner), kind);
    if (isRefusedLogin(inner)) return fail('failed', 'credentials', errorText(inner));
    // @platformatic/kafka says of a missing topic only this
    if (inner.message.startsWith('Unknown topic ')) return fail('failed', 'destination_missing', inner.message);
  }
  if (kind === 'failed') {
    for (const inner of nested) {
      const dial = classifyDialError(inner);
      if (dial !== null) return dial;
    }
  }
  return fail(kind, 'broker_unavailable', errorText(nested.at(-1) ?? error));
}

export const isRefusedLogin = (error: Error): boolean => (error as { code?: unknown }).code === 'PLT_KFK_AUTHENTICATION' || error.name === 'KafkaJSSASLAuthenticationError';

/** @platformatic/kafka: `apiCode`; kafkajs: `code` on protocol errors alone. Negative ones are the clients' own. */
function protocolCode(error: Error): number | null {
  const { apiCode, code, name } = error as { apiCode?: unknown; code?: unknown; name: string };
  const found = typeof apiCode === 'number' ? apiCode : name.startsWith('KafkaJS') && typeof code === 'number' ? code : null;
  return found !== null && found > 0 ? found : null;
}
