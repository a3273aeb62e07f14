// `npm run bench [-- --quick] [--json] [--backlog N]`: the figures; `-- --export [--events N]`: those of historical exports; `-- --pixels`: those of pixel hits on each
// runtime. Exit code 1 when an event was lost, came twice or came wrong; a missed goal is only shown.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ServiceMissing, startKafka, startRabbitmq } from '@hookline/services';
import type { ServiceControl } from '@hookline/services';
import { FULL_SIZES, QUICK_SIZES } from './bench-sizes.ts';
import { canPin, pinOthers } from './cores.ts';
import { runExportBench } from './export/run-export-bench.ts';
import { benchPixels, printPixelFigures } from './pixels/bench-pixels.ts';
import { PREPARE, productOptions } from './product-options.ts';
import { printReport } from './report/print-report.ts';
import { type BenchReport, runBench } from './run-bench.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, backlog: { type: 'string' }, pixels: { type: 'boolean' }, export: { type: 'boolean' }, events: { type: 'string', default: '300000' } } });
const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function orNothing<S extends ServiceControl>(start: () => Promise<S>): Promise<S | null> {
  try {
    return await start();
  } catch (error: unknown) {
    if (!(error instanceof ServiceMissing)) throw error;
    say(`left out: ${error.message}`);
    return null;
  }
}

if (values.pixels) {
  if (canPin()) pinOthers();
  const figures = await benchPixels(values.quick ? 2 : 8, say);
  process.stdout.write(values.json ? `${JSON.stringify(figures, null, 2)}\n` : `\n${printPixelFigures(figures)}`);
  process.exit(figures.some(({ counts }) => counts !== null && counts.lost + counts.duplicated > 0) ? 1 : 0);
}
const sizes = { ...(values.quick ? QUICK_SIZES : FULL_SIZES), ...(values.backlog !== undefined && { backlogEvents: Number(values.backlog) }) };
const [node = '', ...prepare] = PREPARE;
if (spawnSync(node, prepare, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) process.exit(1);
if (canPin()) pinOthers();
else say('the product shares its cores with what drives it: this machine has one core, or no taskset');
if (values.export) answer(await runExportBench(Number(values.events), productOptions(false), say));
else await everything();

function answer(report: BenchReport): void {
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : `\n${printReport(report)}`);
  const isClean = Object.values(report.counts).every(({ lost, duplicated, corrupted = 0, misrouted = 0 }) => lost + duplicated + corrupted + misrouted === 0);
  if (!isClean) process.exitCode = 1;
}

async function everything(): Promise<void> {
  const rabbitmq = await orNothing(startRabbitmq);
  const kafka = await orNothing(startKafka);
  try {
    answer(await runBench(sizes, productOptions(false), { ...(rabbitmq && { rabbitmq: rabbitmq.url }), ...(kafka && { kafka: kafka.broker }) }, say));
  } finally {
    await rabbitmq?.stop();
    await kafka?.stop();
  }
}
process.exit();
