import { expect, it } from 'vitest';
import type { KafkaRecord } from './kafka-producer-port.ts';
import { sliceByBytes } from './slice-by-bytes.ts';

const record = (bytes: number): KafkaRecord => ({ key: Buffer.from('k'), value: Buffer.alloc(bytes), headers: {}, timestampMs: 0 });

it('keeps a small batch together', () => {
  expect(sliceByBytes([record(10), record(10)]).map((slice) => slice.length)).toEqual([2]);
});

it('cuts where the next record would be too much, and loses none', () => {
  const records = Array.from({ length: 1000 }, () => record(3000));
  const slices = sliceByBytes(records);
  expect(slices.flat()).toEqual(records);
  expect(Math.max(...slices.map((slice) => slice.length * 3000))).toBeLessThan(1_048_588);
  expect(slices.length).toBe(4);
});

it('gives a record above the limit a part of its own', () => {
  expect(sliceByBytes([record(10), record(2_000_000), record(10)]).map((slice) => slice.length)).toEqual([1, 1, 1]);
});

it('makes nothing of nothing', () => {
  expect(sliceByBytes([])).toEqual([]);
});
