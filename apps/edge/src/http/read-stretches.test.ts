import { describe, expect, it } from 'vitest';
import { readStretches } from './read-stretches.ts';

async function* inChunks(text: string, chunkBytes: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** Every line with its number, however the text was cut into chunks. */
async function linesOf(text: string, chunkBytes: number): Promise<[line: number, text: string][]> {
  const lines: [number, string][] = [];
  for await (const stretch of readStretches(inChunks(text, chunkBytes), { stretchBytesMax: 20, lineBytesMax: 30 })) {
    if (stretch.kind === 'line_too_long') lines.push([stretch.firstLine, 'TOO LONG']);
    else Buffer.from(stretch.bytes).toString().replace(/\n$/, '').split('\n').forEach((line, index) => lines.push([stretch.firstLine + index, line]));
  }
  return lines;
}

describe('readStretches', () => {
  const long = 'y'.repeat(70);
  const text = ['a', '', 'bbbb', 'c'.repeat(25), long, 'd', long, long, 'e'.repeat(19), 'f'].join('\n');
  const expected = [[0, 'a'], [1, ''], [2, 'bbbb'], [3, 'c'.repeat(25)], [4, 'TOO LONG'], [5, 'd'], [6, 'TOO LONG'], [7, 'TOO LONG'], [8, 'e'.repeat(19)], [9, 'f']];

  it.each([1, 3, 7, 16, 29])('cuts into whole lines and drops what is too long, in chunks of %i', async (chunkBytes) => {
    expect(await linesOf(text, chunkBytes)).toEqual(expected);
    expect(await linesOf(`${text}\n`, chunkBytes)).toEqual(expected);
  });

  it('makes stretches of what comes at once, as long as the limit is when they are made', async () => {
    const sizes: number[] = [];
    const limits = { stretchBytesMax: 20, lineBytesMax: 30 };
    for await (const stretch of readStretches(inChunks(`${'1234\n'.repeat(20)}${'x'.repeat(25)}\n12\n`, 1_000), limits)) {
      if (stretch.kind === 'lines') sizes.push(stretch.bytes.byteLength);
      if (sizes.length === 2) limits.stretchBytesMax = 11;
    }
    expect(sizes).toEqual([20, 20, 10, 10, 10, 10, 10, 10, 26, 3]);
  });

  it('holds no more than a stretch and a chunk, however long the line is', async () => {
    const many = 'z'.repeat(100_000);
    let largest = 0;
    for await (const stretch of readStretches(inChunks(`${many}\nok\n`, 50), { stretchBytesMax: 20, lineBytesMax: 30 })) if (stretch.kind === 'lines') largest = Math.max(largest, stretch.bytes.byteLength);
    expect(largest).toBeLessThanOrEqual(80);
  });
});
