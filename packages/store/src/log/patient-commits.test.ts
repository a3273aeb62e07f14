import { expect, it } from 'vitest';
import type { LogCommit } from './log-backend.ts';
import { MemoryLogBackend } from './memory/memory-log-backend.ts';
import { ShardLog } from './shard-log.ts';
import { laneOp } from './testing/sample-rows.ts';

/** A log on a clock that moves when it is told to. */
async function openLog() {
  const commits: LogCommit[] = [];
  const backend = new MemoryLogBackend(0, 'log');
  const commit = backend.commit.bind(backend);
  backend.commit = async (wanted) => {
    commits.push(wanted);
    await commit(wanted);
  };
  let nowMs = 1_000;
  let timers: { readonly at: number; readonly callback: () => void }[] = [];
  const clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    after(ms: number, callback: () => void) {
      const timer = { at: nowMs + ms, callback };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const log = await ShardLog.open({ backend, clock, defer: setImmediate, dedupeWindowMs: 1_000 });
  return {
    log, commits,
    async pass(ms: number): Promise<void> {
      nowMs += ms;
      for (const { callback } of timers.filter(({ at }) => at <= nowMs)) callback();
      timers = timers.filter(({ at }) => at > nowMs);
      for (let i = 0; i < 3; i++) await turn();
    },
  };
}

it('a patient change waits for a commit of others while there are any', async () => {
  const { log, commits, pass } = await openLog();
  await log.commit([laneOp({ laneId: 'live', add: { matched: 1 } })]);
  const patient = log.commit([laneOp({ laneId: 'exp_1', add: { matched: 1 } })], { patient: true });
  await pass(5);
  expect(commits).toHaveLength(1);
  await log.commit([laneOp({ laneId: 'live', add: { matched: 1 } })]);
  await patient;
  expect(commits.map(({ lane }) => lane.length)).toEqual([1, 2]);
});

it('it does not wait for ever, and not at all where there are none', async () => {
  const { log, commits, pass } = await openLog();
  await log.commit([laneOp({ laneId: 'live', add: { matched: 1 } })]);
  const patient = log.commit([laneOp({ laneId: 'exp_1', add: { matched: 1 } })], { patient: true });
  await pass(30);
  await patient;
  expect(commits).toHaveLength(2);
  await log.commit([laneOp({ laneId: 'exp_1', add: { matched: 1 } })], { patient: true });
  expect(commits).toHaveLength(3);
});
