import { expect, it } from 'vitest';
import { giveWay, type WaitingForUs } from './give-way.ts';

/** A clock whose timers ring as late as it is told; the answer is how long each wait was asked for. */
async function waitsWith(lateness: readonly number[], waiting: WaitingForUs = { workedMs: 20, isTakingEvents: false }): Promise<readonly number[]> {
  const late = [...lateness];
  const waits: number[] = [];
  let now = 0;
  await giveWay({
    monotonic: () => now,
    after(ms, callback) {
      waits.push(ms);
      now += ms + (ms === 1 ? (late.shift() ?? 0) : 0);
      queueMicrotask(callback);
      return () => {};
    },
  }, waiting);
  return waits;
}

it('goes on at once where nobody waits', async () => {
  expect(await waitsWith([0.5])).toEqual([1]);
});

it('stands aside as long as others wait, longer the later they come', async () => {
  expect(await waitsWith([10, 0])).toEqual([1, 30, 1]);
  expect(await waitsWith([500, 4, 0])).toEqual([1, 100, 1, 12, 1]);
});

it('works a quarter of the time while events come in', async () => {
  expect(await waitsWith([0], { workedMs: 20, isTakingEvents: true })).toEqual([60, 1]);
  expect(await waitsWith([0], { workedMs: 900, isTakingEvents: true })).toEqual([100, 1]);
});

it('goes on in the end where it never gets calm', async () => {
  expect(await waitsWith([50, 50, 50, 50, 50])).toEqual([1, 100, 1, 100, 1, 100]);
});
