import { expect, it } from 'vitest';
import { runNoisyNeighbour } from '../src/scenarios/noisy-neighbour.ts';

it('nineteen hooks beside one whose receiver hangs get everything', async () => {
  const { problems, facts } = await runNoisyNeighbour({ seed: 8, events: 300 });
  expect(problems).toEqual([]);
  expect(facts['hangs']).toBeGreaterThan(0);
});
