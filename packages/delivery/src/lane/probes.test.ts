import type { Clock, Failure } from '@hookline/core';
import type { HoldState } from '@hookline/store';
import { describe, expect, it } from 'vitest';
import type { OpenUnit } from './open-unit.ts';
import { Probes } from './probes.ts';

const FAILURE: Failure = { kind: 'failed', code: 'http_5xx', message: 'no' };
const LATEST = 1;

function probesAt(nowMs: number, hold: HoldState | null = null) {
  const time = { now: nowMs };
  const clock: Clock = { now: () => 1_000_000 + time.now, monotonic: () => time.now, after: () => () => {} };
  return { probes: new Probes(clock, () => LATEST, hold), time };
}
const unitsTried = (...attempts: number[]): OpenUnit[] => attempts.map((attempt) => ({ row: { attempt } }) as OpenUnit);

/** What each of so many probes takes, all of which fail: the place of a unit, or `new`. */
function taken(units: OpenUnit[], hasEvents: boolean, times: number): (number | 'new')[] {
  const { probes } = probesAt(0);
  let hold = probes.failed(null, FAILURE, 0);
  return Array.from({ length: times }, () => {
    const unit = probes.take(units, hasEvents);
    hold = probes.failed(hold, FAILURE, 0);
    if (!unit) return 'new';
    unit.row = { ...unit.row, attempt: unit.row.attempt + 1 };
    return units.indexOf(unit);
  });
}

describe('Probes', () => {
  it('takes units in turn, those tried least first', () => {
    expect(taken(unitsTried(0, 0, 0), false, 6)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(taken(unitsTried(5, 0, 7), false, 5)).toEqual([1, 1, 1, 1, 1]);
  });

  it('takes turns between units and the next event, of many units fewer events', () => {
    expect(taken(unitsTried(0, 0), true, 6)).toEqual(['new', 0, 'new', 1, 'new', 0]);
    expect(taken([], true, 2)).toEqual(['new', 'new']);
    expect(taken(unitsTried(...Array.from({ length: 160 }, () => 0)), true, 100).filter((what) => what === 'new')).toHaveLength(10);
  });

  it('keeps its turn where no attempt was made', () => {
    const { probes } = probesAt(0);
    expect([1, 2, 3].map(() => probes.take(unitsTried(0), true))).toEqual([null, null, null]);
  });

  it('waits longer after each probe that fails, and not for what was sent before the hold', () => {
    const { probes, time } = probesAt(0);
    const first = probes.failed(null, FAILURE, 0);
    expect([probes.at, first.probes, first.nextProbeAt]).toEqual([15_000, 0, 1_015_000]);
    expect(probes.failed(first, FAILURE, 0)).toBe(first);
    time.now = 15_000;
    probes.take(unitsTried(0), false);
    const second = probes.failed(first, FAILURE, 0);
    expect([probes.at, second.probes, second.since]).toEqual([45_000, 1, first.since]);
  });

  it('waits at least as long as nothing may be sent', () => {
    const { probes } = probesAt(0);
    expect(probes.failed(null, { ...FAILURE, retryAfterMs: 60_000 }, 90_000).nextProbeAt).toBe(1_090_000);
    expect(probes.at).toBe(90_000);
    expect(probes.failed(null, { ...FAILURE, retryAfterMs: 60_000 }, 0).notBefore).toBe(1_060_000);
  });

  it('asks again soon after a start, but not before the destination allows it', () => {
    const hold: HoldState = { since: 0, probes: 3, nextProbeAt: 1_060_000, code: 'timeout', message: '' };
    expect(probesAt(20_000, hold).probes.at).toBe(22_000);
    expect(probesAt(59_000, hold).probes.at).toBe(60_000);
    expect(probesAt(20_000, { ...hold, notBefore: 1_050_000 }).probes.at).toBe(50_000);
  });
});
