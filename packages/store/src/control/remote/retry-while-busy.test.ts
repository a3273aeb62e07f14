import type { Clock } from '@hookline/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { retryWhileBusy } from './retry-while-busy.ts';

describe('a write that meets another writer', () => {
  let pauses: number[];
  let tries: number;
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    after(delayMs, callback) {
      pauses.push(delayMs);
      callback();
      return () => {};
    },
  };
  const failing = (error: string, times: number) => async (): Promise<string> => {
    if (++tries <= times) throw new Error(error);
    return 'done';
  };
  const isBusy = (error: unknown): boolean => error instanceof Error && error.message === 'busy';
  beforeEach(() => {
    [pauses, tries] = [[], 0];
  });

  it('is tried again after growing pauses', async () => {
    expect([await retryWhileBusy(clock, isBusy, failing('busy', 3)), tries, pauses]).toEqual(['done', 4, [25, 50, 75]]);
  });

  it('is given up after six tries', async () => {
    await expect(retryWhileBusy(clock, isBusy, failing('busy', 99))).rejects.toThrow('busy');
    expect(tries).toBe(6);
  });

  it('fails at once with anything else', async () => {
    await expect(retryWhileBusy(clock, isBusy, failing('broken', 1))).rejects.toThrow('broken');
    expect([tries, pauses]).toEqual([1, []]);
  });
});
