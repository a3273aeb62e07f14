import { describe, expect, it } from 'vitest';
import { createByteBudget } from './byte-budget.ts';
import { readBody } from './read-body.ts';
import { isRefusal } from './refusal.ts';

const limits = (over: { bytesMax?: number; timeoutMs?: number; budgetBytes?: number } = {}) => ({ bytesMax: over.bytesMax ?? 100, timeoutMs: over.timeoutMs ?? 60_000, budget: createByteBudget(over.budgetBytes ?? 1_000) });

function streamOf(chunks: readonly string[], end: 'ends' | 'stalls' | 'breaks' = 'ends'): ReadableStream<Uint8Array> {
  const left = [...chunks];
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = left.shift();
      if (chunk !== undefined) controller.enqueue(Buffer.from(chunk));
      else if (end === 'ends') controller.close();
      else if (end === 'breaks') controller.error(new Error('gone'));
      else return new Promise(() => {});
    },
  });
}

async function statusOf(stream: ReadableStream<Uint8Array>, length: string | null, over: Parameters<typeof limits>[0] = {}): Promise<number | string> {
  const { budget, ...rest } = limits(over);
  const read = await readBody(stream, length, { ...rest, budget });
  if (isRefusal(read)) {
    expect(budget.inFlight()).toBe(0);
    return read.status;
  }
  expect(budget.inFlight()).toBeGreaterThanOrEqual(read.bytes.byteLength);
  read.release();
  expect(budget.inFlight()).toBe(0);
  return Buffer.from(read.bytes).toString();
}

describe('readBody', () => {
  it('joins what comes', async () => {
    expect(await statusOf(streamOf(['ab', 'cd']), null)).toBe('abcd');
    expect(await statusOf(streamOf(['abcd']), '4')).toBe('abcd');
    expect(await statusOf(streamOf([]), null)).toBe('');
  });
  it('413 by the announced length, and by the counted one', async () => {
    expect(await statusOf(streamOf([], 'stalls'), '101')).toBe(413);
    expect(await statusOf(streamOf(['x'.repeat(60), 'x'.repeat(60)], 'stalls'), null)).toBe(413);
    expect(await statusOf(streamOf(['x'.repeat(100)]), null)).toBe('x'.repeat(100));
  });
  it('408 when it does not come, 400 when it breaks off', async () => {
    expect(await statusOf(streamOf(['ab'], 'stalls'), '4', { timeoutMs: 5 })).toBe(408);
    expect(await statusOf(streamOf(['ab'], 'breaks'), null)).toBe(400);
  });
  it('503 when others hold the budget', async () => {
    expect(await statusOf(streamOf(['abcd']), '4', { budgetBytes: 3 })).toBe(503);
    expect(await statusOf(streamOf(['ab', 'cd']), null, { budgetBytes: 3 })).toBe(503);
  });
});
