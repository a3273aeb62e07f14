import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createControlSql } from './control-sql.ts';
import { openEmbeddedSql } from './embedded/embedded-sql.ts';
import { migrate } from './migrate.ts';
import { CONTROL_MIGRATIONS } from './schema/control-migrations.ts';
import { createVisitorStore } from './visitor-store.ts';

const ANN = { profileId: 'ann', xxh: null, md5: null };

it('keeps no more visitors than it may, and forgets those first that were not seen for longest', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-visitors-'));
  const runner = await openEmbeddedSql(join(folder, 'a.db'));
  try {
    await migrate(runner, CONTROL_MIGRATIONS);
    const control = createControlSql(runner);
    let monotonic = 100_000;
    const clock = { now: () => 0, monotonic: () => monotonic };
    const visitors = createVisitorStore(control, clock, 3);
    for (const [visitor, at] of [['a', 5], ['b', 1], ['c', 2], ['d', 4], ['e', 3]] as const) await visitors.link(1, 1, visitor, ANN, at);
    while (await visitors.cleanUp(10));
    // What this process remembers of them ends with time.
    monotonic += 120_000;
    const known = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (visitor) => (await visitors.find(1, 1, visitor, 10)) !== null));
    expect(known).toEqual([true, false, false, true, true]);
    expect(await visitors.cleanUp(10)).toBe(false);
  } finally {
    await runner.close();
    rmSync(folder, { recursive: true });
  }
});
