import type { EventRow } from '@hookline/core';
import { describe, expect, it } from 'vitest';
import { LaneQueue, type QueuedEvent } from './lane-queue.ts';
import { QueueBudget } from './queue-budget.ts';

const BASE_CHARS = 100;
const event = (position: number, chars: number = BASE_CHARS): QueuedEvent => ({ row: { position, base: 'x'.repeat(chars), profile: null, customData: null } as unknown as EventRow, version: {} as QueuedEvent['version'], queuedAt: position });
const positions = (events: readonly QueuedEvent[]): number[] => events.map(({ row }) => row.position);
const filled = (budget: QueueBudget, count: number): LaneQueue => {
  const queue = new LaneQueue(budget);
  for (let position = 1; position <= count; position++) queue.offer(event(position), 10_000);
  return queue;
};
const BIG = 10_000_000;

describe('LaneQueue', () => {
  it('takes what there is room for', () => {
    const queue = new LaneQueue(new QueueBudget(BIG));
    expect([1, 2, 3].map((position) => queue.offer(event(position), 2))).toEqual([true, true, false]);
    expect(queue.length).toBe(2);
    expect(queue.first?.row.position).toBe(1);
  });

  it('lets one event in though the shared bytes are used up, so that no lane starves', () => {
    const budget = new QueueBudget(500);
    filled(budget, 2);
    const other = new LaneQueue(budget);
    expect([other.offer(event(1), 10), other.offer(event(2), 10)]).toEqual([true, false]);
  });

  it('cuts from the front by count and by bytes, at least one', () => {
    const queue = filled(new QueueBudget(BIG), 10);
    expect(positions(queue.cut(3, BIG))).toEqual([1, 2, 3]);
    expect(positions(queue.cut(10, 2 * BASE_CHARS))).toEqual([4, 5]);
    expect(positions(queue.cut(10, 0))).toEqual([]);
    expect(positions(queue.cut(10, 1))).toEqual([6]);
    expect(queue.length).toBe(4);
  });

  it('puts back in front what was cut last', () => {
    const queue = filled(new QueueBudget(BIG), 5);
    const cut = queue.cut(3, BIG);
    queue.offer(event(6), 100);
    queue.putBack(cut.slice(1));
    expect(positions(queue.cut(100, BIG))).toEqual([2, 3, 4, 5, 6]);
  });

  it('holds exactly the bytes of what is in it', () => {
    const budget = new QueueBudget(BIG);
    const queue = filled(budget, 1_500);
    const full = budget.held;
    const cut = queue.cut(700, BIG);
    expect(budget.held).toBe(queue.bytes);
    expect(budget.held).toBeLessThan(full);
    queue.putBack(cut);
    expect(budget.held).toBe(full);
    queue.clear();
    expect([budget.held, queue.length, queue.first]).toEqual([0, 0, undefined]);
  });

  it('keeps its order over many cuts', () => {
    const queue = filled(new QueueBudget(BIG), 2_000);
    const seen: number[] = [];
    while (queue.length > 0) seen.push(...positions(queue.cut(7, BIG)));
    expect(seen).toEqual(Array.from({ length: 2_000 }, (_, i) => i + 1));
  });
});
