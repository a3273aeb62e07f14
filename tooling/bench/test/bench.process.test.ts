import { describeWithService, sharedKafka, sharedRabbitmq } from '@hookline/services/vitest';
import { expect, it } from 'vitest';
import type { BenchSizes } from '../src/bench-sizes.ts';
import { productOptions } from '../src/product-options.ts';
import { printReport } from '../src/report/print-report.ts';
import { runBench } from '../src/run-bench.ts';

const TINY: BenchSizes = { batchEvents: 2_000, singleEvents: 300, brokerEvents: 1_000, baselineBatchEvents: 1_000, baselineSingleEvents: 200, latencyEvents: 50, backlogEvents: 1_000, idleSec: 0 };

const both = async () => ({ rabbitmq: (await sharedRabbitmq()).url, kafka: (await sharedKafka()).broker });

await describeWithService('the benchmark', both, (brokers) => {
  it('measures everything, and what it measures arrives once and exact', async () => {
    const report = await runBench(TINY, productOptions(true), brokers, () => {});
    expect(Object.keys(report.counts)).toHaveLength(7);
    for (const [name, counts] of Object.entries(report.counts)) expect(counts, name).toMatchObject({ lost: 0, duplicated: 0 });
    for (const [name, { corrupted, misrouted }] of Object.entries(report.counts)) expect([name, corrupted ?? 0, misrouted ?? 0]).toEqual([name, 0, 0]);
    expect(printReport(report)).toContain('HTTP, batches of 100');
  });
});
