import { describeWithService, sharedSqld } from '@hookline/services/vitest';
import { expect, it } from 'vitest';
import { runClusterKills } from '../src/scenarios/cluster-kills.ts';

await describeWithService('two edges, two relays, two exporters and two servers, each killed under load', sharedSqld, () => {
  it('loses nothing, records nothing twice, and what comes again is the same', { timeout: 280_000 }, async () => {
    const { problems, counts } = await runClusterKills({ rounds: 1 });
    expect(problems).toEqual([]);
    expect(counts.lost).toBe(0);
    expect(counts.delivered).toBe(counts.accepted);
  });
});
