// A process that appends until it is killed, and says on stdout what was acknowledged: `<caller's id> <position>`. Arguments: data directory, a name for its ids.
import { isHooklineError } from '@hookline/core';
import { lockDataDir, openEmbeddedEventLog } from '../../src/log/embedded/open-embedded-log.ts';
import { draft } from '../../src/log/testing/sample-rows.ts';
import { realClock } from '../../src/testing/real-clock.ts';

const [dataDir = '', name = ''] = process.argv.slice(2);
/** A pipe is written synchronously: what is said before a kill has been said. */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  lockDataDir(dataDir);
} catch (error: unknown) {
  say(`refused ${isHooklineError(error) ? error.code : error}`);
  process.exit(1);
}
const log = await openEmbeddedEventLog({ dataDir, clock: realClock, dedupeWindowMs: 86_400_000 });
say(`open ${log.end()} ${process.pid}`);

async function appendOn(lane: number): Promise<void> {
  for (let n = 0; ; n++) {
    const ids = Array.from({ length: 1 + (n % 5) }, (_, i) => `${name}-${lane}-${n}-${i}`);
    try {
      const result = await log.append({ events: ids.map((callerId) => draft({ callerId })) });
      if (result.kind === 'stored') for (const item of result.items) say(`${item.eventId} ${item.position}`);
    } catch (error: unknown) {
      say(`failed ${ids[0]} ${isHooklineError(error) ? error.code : error}`);
    }
  }
}

await Promise.all([0, 1, 2].map(appendOn));
