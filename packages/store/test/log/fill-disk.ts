// Runs the log on a disk that gets full (the data directory is on a small one), and prints what became of it. Argument: the data directory.
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isHooklineError } from '@hookline/core';
import { openEmbeddedEventLog } from '../../src/log/embedded/open-embedded-log.ts';
import { draft } from '../../src/log/testing/sample-rows.ts';
import { realClock } from '../../src/testing/real-clock.ts';
import { waitFor } from '../../src/testing/wait-for.ts';

const [dataDir = ''] = process.argv.slice(2);
const ballast = path.join(dataDir, 'ballast');
writeFileSync(ballast, Buffer.alloc(20 * 1024 * 1024));
const log = await openEmbeddedEventLog({ dataDir, clock: realClock, dedupeWindowMs: 86_400_000 });

const accepted: string[] = [];
const refusals = new Set<string>();
async function append(name: string): Promise<boolean> {
  const ids = Array.from({ length: 50 }, (_, i) => `${name}-${i}`);
  try {
    await log.append({ events: ids.map((callerId) => draft({ callerId, base: 'x'.repeat(10_000) })) });
    accepted.push(...ids);
    return true;
  } catch (error: unknown) {
    refusals.add(isHooklineError(error) ? error.code : String(error));
    return false;
  }
}
async function fill(name: string): Promise<void> {
  for (let n = 0, refused = 0; refused < 200; n++) if (!(await append(`${name}-${n}`))) refused++;
}
const stored = async (): Promise<number> => {
  let found = 0;
  for (const id of accepted) if (await log.findEvent(1, id)) found++;
  return found;
};

await fill('first');
// Right after a refusal: a moment later a checkpoint may have made room for a little again.
const trouble = log.trouble();
const laneOp = { op: 'lane', laneId: 'hok_1', hookId: 'hok_1', accountId: 1, add: { attempts: 1 } } as const;
for (let n = 0; n < 100; n++) await log.commit([laneOp]);
const full = { accepted: accepted.length, stored: await stored(), attempts: (await log.load()).lanes[0]?.attempts, trouble };
rmSync(ballast);
await waitFor(() => log.trouble() === null);
const resumed = await append('resumed');
await fill('second');
const again = { resumed, accepted: accepted.length, stored: await stored(), end: log.end() };
await log.close();
const reopened = await openEmbeddedEventLog({ dataDir, clock: realClock, dedupeWindowMs: 86_400_000 });
process.stdout.write(JSON.stringify({ full, again, refusals: [...refusals], endAfterStart: reopened.end() }));
process.exit(0);
