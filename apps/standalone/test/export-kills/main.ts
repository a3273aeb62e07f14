// The long run of the test beside it: `node … apps/standalone/test/export-kills/main.ts [--kills 200]`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Product, startDestination, startProduct } from '../run-product.ts';
import { EVENTS_PER_KILL, IN_FLIGHT, judgeDeliveries, killExport } from './kill-export.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' } } });
const kills = Number(values.kills);
const dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-export-kills-'));
const destination = await startDestination();
let running: Product = await startProduct(dataDir);
try {
  const { exportId, progress, deliveries } = await killExport({ dataDir, destination, kills, product: running, started: (next) => (running = next) });
  const seen = judgeDeliveries(deliveries, exportId);
  process.stdout.write(`${JSON.stringify({ kills, deliveries: deliveries.length, ...seen, progress }, null, 2)}\n`);
  const events = EVENTS_PER_KILL * kills;
  const isWhole = seen.events === events && progress['delivered'] === events && progress['matched'] === events;
  const isClean = seen.changedBodies + seen.oldAttempts + seen.inTwoDeliveries + seen.notOfTheExport === 0 && seen.repeated <= IN_FLIGHT * kills;
  if (!isWhole || !isClean) process.exitCode = 1;
} finally {
  await running.kill();
  await destination.close();
  rmSync(dataDir, { recursive: true, force: true });
}
