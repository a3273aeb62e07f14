// Run by the kill tests: writes without end and prints what was acknowledged, a line each.

import { openEmbeddedControlStore } from '../src/control/embedded/open-embedded-control-store.ts';
import { realClock } from '../src/testing/real-clock.ts';

const [, , dataDir, first] = process.argv as [string, string, string, string];
const store = await openEmbeddedControlStore({ dataDir, retentionHours: 72, contentBytesMax: 1e9, clock: realClock });
const contentAt = Date.now();

async function writeOne(n: number): Promise<void> {
  await store.accounts.put(n, `account ${n}`, 1);
  await store.profiles.put(n, [{ databaseId: 1, profileId: `p${n}`, fields: `{"n":${n}}` }], 1);
  await store.content.put(n, 'ref', `{"n":${n}}`, contentAt);
  process.stdout.write(`${n}\n`);
}

for (let next = Number(first); ; next += 8) await Promise.all(Array.from({ length: 8 }, (_, index) => writeOne(next + index)));
