import { describe, expect, it } from 'vitest';
import { SweepTurns } from './sweep-turns.ts';

const PAGE = 100;
interface Cursor {
  readThrough: number;
  readonly name: string;
}

/** Reads page after page until all stand at `end`, as the shard does. How many pages, and after how many of them each lane stood there. */
function sweep(lanes: readonly Cursor[], end: number): { readonly pages: number; readonly arrivedAt: ReadonlyMap<string, number> } {
  const turns = new SweepTurns<Cursor>();
  const arrivedAt = new Map<string, number>();
  let pages = 0;
  for (;;) {
    const behind = lanes.filter((lane) => lane.readThrough < end);
    if (behind.length === 0) return { pages, arrivedAt };
    const after = turns.next(behind).readThrough;
    pages++;
    for (const lane of behind) {
      if (lane.readThrough < after || lane.readThrough >= after + PAGE) continue;
      lane.readThrough = Math.min(end, after + PAGE);
      turns.fed(lane);
      if (lane.readThrough === end) arrivedAt.set(lane.name, pages);
    }
  }
}

describe('SweepTurns', () => {
  it('reads the log once for lanes that stand at one place', () => {
    const lanes = Array.from({ length: 1_000 }, (_, i) => ({ name: String(i), readThrough: 0 }));
    expect(sweep(lanes, 100 * PAGE).pages).toBe(100);
  });

  it('reads the log twice at most for a thousand lanes that stand anywhere', () => {
    const lanes = Array.from({ length: 1_000 }, (_, i) => ({ name: String(i), readThrough: (i * 7_919) % (300 * PAGE) }));
    expect(sweep(lanes, 300 * PAGE).pages).toBeLessThanOrEqual(2 * 301);
  });

  it('does not keep a lane that is a little behind waiting for one that is far behind', () => {
    const lanes = [{ name: 'far', readThrough: 0 }, { name: 'near', readThrough: 9_900 * PAGE + 50 }];
    const { arrivedAt } = sweep(lanes, 9_901 * PAGE);
    expect(arrivedAt.get('near')).toBeLessThanOrEqual(4);
    expect(arrivedAt.get('far')).toBeLessThanOrEqual(9_901 + 4);
  });

  it('nor for many of them in different places', () => {
    const far = Array.from({ length: 20 }, (_, i) => ({ name: `far ${i}`, readThrough: i * 400 * PAGE }));
    const { arrivedAt } = sweep([...far, { name: 'near', readThrough: 9_990 * PAGE }], 9_991 * PAGE);
    expect(arrivedAt.get('near')).toBeLessThanOrEqual(2 * 21);
  });
});
