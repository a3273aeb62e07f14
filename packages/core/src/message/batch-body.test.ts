import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchBody, batchBytesWith } from './batch-body.ts';
import { exceedsUtf8Bytes, utf8ByteLength } from './utf8-byte-length.ts';

describe('an HTTP batch', () => {
  it('is a JSON array, also of one message and of none, and touches no byte of a message', () => {
    expect(batchBody([])).toBe('[]');
    expect(batchBody(['{"a": 1.0}'])).toBe('[{"a": 1.0}]');
    expect(batchBody(['{"a":1}', '{"b":2}', '{}'])).toBe('[{"a":1},{"b":2},{}]');
  });

  it('has the size that was counted message by message', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 2 }), { minLength: 1 }), (bodies) => {
      const counted = bodies.reduce((bytes, body) => batchBytesWith(bytes, utf8ByteLength(body)), 0);
      expect(counted).toBe(new TextEncoder().encode(batchBody(bodies)).length);
    }));
  });
});

describe('bytes of a text', () => {
  it('are those of its UTF-8 form, however long it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 30_000 }), (text, times) => {
      const long = text.repeat(times);
      expect(utf8ByteLength(long)).toBe(new TextEncoder().encode(long).length);
    }), { numRuns: 50 });
    expect(utf8ByteLength(`x${'🚀'.repeat(50_000)}`)).toBe(200_001);
    expect(utf8ByteLength('\ud800')).toBe(3);
  });

  it('are compared with a limit exactly', () => {
    for (const unit of ['a', 'é', '東']) {
      const bytes = utf8ByteLength(unit);
      expect(exceedsUtf8Bytes(unit.repeat(10), bytes * 10)).toBe(false);
      expect(exceedsUtf8Bytes(unit.repeat(10), bytes * 10 - 1)).toBe(true);
    }
  });
});
