import { expect, it } from 'vitest';
import { runHookChanges } from '../src/scenarios/hook-changes.ts';

it('hooks that are edited, stopped, moved and deleted under load get the events of the version that was current at acceptance', async () => {
  const { problems, counts } = await runHookChanges({ seed: 7, rounds: 1 });
  expect(problems).toEqual([]);
  expect(counts.cancelled).toBeGreaterThan(0);
});
