import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SqlValue } from '../sql/sql-executor.ts';
import { BatchPacker, BatchUnpacker } from './packed-values.ts';

const value: fc.Arbitrary<SqlValue> = fc.oneof(fc.constant(null), fc.double({ noNaN: true }), fc.maxSafeInteger(), fc.string({ unit: 'binary' }), fc.uint8Array());
const statement = fc.record({ sql: fc.constantFrom('INSERT INTO a', 'UPDATE b', 'DELETE FROM c'), args: fc.array(value) });

test('batches come out as they went in, also where a statement text was sent with an earlier one', () => {
  fc.assert(
    fc.property(fc.array(fc.array(statement), { minLength: 1, maxLength: 5 }), (batches) => {
      const packer = new BatchPacker();
      const unpacker = new BatchUnpacker();
      for (const statements of batches) expect([...unpacker.unpack(structuredClone(packer.pack(statements)))]).toEqual(statements);
    }),
  );
});
