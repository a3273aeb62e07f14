import { expect, it } from 'vitest';
import * as everywhere from './index.ts';
import * as workers from './workerd.ts';

/** What has files, threads or a process that lives. */
const NOT_ON_WORKERS: readonly string[] = [
  'MemoryLogBackend', 'ShardLog', 'backUpDataDir', 'ensureServerDurability', 'holdAllSlots', 'lockDataDir', 'openEmbeddedControlStore', 'openEmbeddedEventLog', 'openRemoteEventLog', 'openSharedLog', 'reconcileHooks',
];

it('has everything on Workers that can be there, so that what is built on the store can be bundled', () => {
  expect(Object.keys(everywhere).filter((name) => !(name in workers)).toSorted()).toEqual(NOT_ON_WORKERS);
  expect(Object.keys(workers).filter((name) => !(name in everywhere))).toEqual([]);
});
