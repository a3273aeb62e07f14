import { describe, expect, it } from 'vitest';
import { QueueBudget } from './queue-budget.ts';

const ROW_BYTES = 10;

/** Offers each queue in turn a row until none takes any more. Bytes held by each. */
function fill(budget: QueueBudget, queues: number[]): number[] {
  for (let took = true; took; ) {
    took = false;
    for (const [i, held] of queues.entries()) {
      if (!budget.hasRoom(held)) continue;
      budget.change(held, held + ROW_BYTES);
      queues[i] = held + ROW_BYTES;
      took = true;
    }
  }
  return queues;
}

describe('QueueBudget', () => {
  it('gives one queue what there is', () => {
    expect(fill(new QueueBudget(800), [0])).toEqual([600]);
  });

  it('keeps a share for a queue that comes when all is taken', () => {
    const budget = new QueueBudget(800);
    fill(budget, [0, 0]);
    expect(fill(budget, [0])).toEqual([70]);
  });

  it('stays within what it says', () => {
    const budget = new QueueBudget(800);
    for (let i = 0; i < 20; i++) fill(budget, [0]);
    const harmonic = Array.from({ length: 20 }, (_, i) => 1 / (i + 1)).reduce((sum, part) => sum + part);
    expect(budget.held).toBeLessThanOrEqual(600 + 200 * harmonic + 20 * ROW_BYTES);
  });

  it('takes one row of whoever has none', () => {
    const budget = new QueueBudget(0);
    expect(fill(budget, Array.from({ length: 50 }, () => 0))).toEqual(Array.from({ length: 50 }, () => ROW_BYTES));
  });

  it('gives back what was released', () => {
    const budget = new QueueBudget(800);
    const [held = 0] = fill(budget, [0]);
    budget.change(held, 0);
    expect(budget.held).toBe(0);
    expect(fill(budget, [0, 0])).toEqual([300, 300]);
  });
});
