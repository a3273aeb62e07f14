import { describe, expect, it } from 'vitest';
import { classifyKafkaError } from './classify-kafka-error.ts';

const nested = (inner: object): Error => new AggregateError([new Error('outer', { cause: Object.assign(new Error('inner'), inner) })], 'all failed');

describe('classifyKafkaError', () => {
  it.each([
    [{ apiCode: 3 }, 'failed', 'destination_missing'],
    [{ name: 'KafkaJSProtocolError', code: 3 }, 'failed', 'destination_missing'],
    [{ apiCode: 10 }, 'rejected', 'payload_too_large'],
    [{ apiCode: 29 }, 'failed', 'permission'],
    [{ apiCode: 32 }, 'rejected', 'message_refused'],
    [{ apiCode: 7 }, 'unknown', 'timeout'],
    [{ apiCode: 19 }, 'unknown', 'broker_unavailable'],
    [{ apiCode: 45 }, 'unknown', 'broker_unavailable'],
    [{ code: 'PLT_KFK_AUTHENTICATION' }, 'failed', 'credentials'],
    [{ name: 'KafkaJSSASLAuthenticationError' }, 'failed', 'credentials'],
    [{ code: 'ECONNREFUSED' }, 'unknown', 'broker_unavailable'],
  ])('finds %j wherever it is', (inner, kind, code) => {
    expect(classifyKafkaError(nested(inner), 'unknown')).toMatchObject({ kind, code });
  });

  it('says nothing was sent while nothing can have been', () => {
    expect(classifyKafkaError(nested({ code: 'ECONNREFUSED' }), 'failed')).toMatchObject({ kind: 'failed', code: 'broker_unavailable' });
    expect(classifyKafkaError(nested({ code: 'ENOTFOUND' }), 'failed')).toMatchObject({ kind: 'failed', code: 'dns' });
    expect(classifyKafkaError(nested({ code: 'HOOKLINE_ADDRESS_FORBIDDEN' }), 'failed')).toMatchObject({ kind: 'failed', code: 'address_forbidden' });
  });

  it('does not take a number of something else for one of the protocol', () => {
    expect(classifyKafkaError(nested({ code: 3 }), 'unknown')).toMatchObject({ kind: 'unknown', code: 'broker_unavailable' });
  });
});
