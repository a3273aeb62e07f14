// The log's backend as one process sees it: the memory backend is the disk, between the two stands `Disk`. Lane changes are looked at on their way, because
// they are what the engine has decided.
import { HooklineError } from '@hookline/core';
import type { LaneOp, LogBackend, LogCommit } from '@hookline/store';
import type { Disk } from './disk.ts';
import { numberOf } from './oracle.ts';
import type { ProcessClock } from './virtual-clock.ts';
import type { World } from './world.ts';

const SIGHTS = { failed: 'commit failed', lost: 'commit answer lost' } as const;
const FULL_MS = 1;

export function simLogBackend(world: World, disk: Disk, clock: ProcessClock): LogBackend {
  const durable = world.log;
  async function commit(wanted: LogCommit): Promise<void> {
    if (world.store.full && wanted.rows.length > 0) {
      await new Promise<void>((resolve) => void clock.after(FULL_MS, resolve));
      disk.faults++;
      world.sightings.see('disk full');
      throw new HooklineError('storage_full', 'a simulated disk is full');
    }
    await disk.write(() => {
      apply(wanted);
    }, SIGHTS);
  }
  function apply(wanted: LogCommit): void {
    if (wanted.sequence !== world.sequence + 1) world.fail(`commit ${wanted.sequence} came after commit ${world.sequence}`);
    world.sequence = wanted.sequence;
    void durable.commit(wanted);
    world.history.push(...wanted.rows);
    for (const row of wanted.rows) if (row.kind === 'event') world.numberAt.set(row.position, numberOf(row));
    for (const { events } of wanted.remove) {
      if (events.length > 0) world.sightings.see('events removed');
      for (const position of events) world.removed.add(position);
    }
    for (const op of wanted.lane) observe(world, op);
    world.note('commit', wanted.sequence, wanted.rows.length, wanted.lane.length);
  }
  return new Proxy(durable, {
    get(target, name: keyof LogBackend) {
      if (name === 'commit') return commit;
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (name === 'close') return async () => undefined;
      return (...args: unknown[]) => disk.read(() => Reflect.apply(member, target, args));
    },
  });
}

function observe({ sightings }: World, op: LaneOp): void {
  if (op.op === 'dead') sightings.see(op.row.code === 'render_failed' ? 'render failed' : 'died');
  if (op.op === 'dead_gone') sightings.see('redriven');
  if (op.op === 'unit') {
    if (op.unit.revision > 0) sightings.see('revision');
    if (op.unit.state === 'in_flight' && op.unit.attempt > 1) sightings.see('retried');
    if (op.unit.state === 'waiting' && op.unit.attempt === 0 && op.unit.redrive === 0) sightings.see('bisected');
  }
  if (op.op === 'attempts') for (const row of op.rows) if (row.code === 'process_died') sightings.see('in flight taken up again');
  if (op.op !== 'lane') return;
  if (op.behind === true) sightings.see('fell behind');
  if (op.behind === false) sightings.see('caught up');
  if (op.round !== undefined) sightings.see('new round');
  if (op.hold) sightings.see(op.hold.probes > 0 ? 'probe failed' : 'hold');
  if (op.hold === null) sightings.see('hold ended');
  if (op.add?.cancelled) sightings.see('cancelled');
}
