import { expect, it } from 'vitest';
import { runHttpFaults } from '../src/scenarios/http-faults.ts';

it('receivers that fail, hang, break off or answer wrongly get everything but what they refuse for good, and that once they are cured', async () => {
  const { problems, facts } = await runHttpFaults({ seed: 6, events: 3_000 });
  expect(problems).toEqual([]);
  expect(facts['died']).toBeGreaterThan(0);
});
