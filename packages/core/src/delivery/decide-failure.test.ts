import { describe, expect, it } from 'vitest';
import { decideFailure, type FailedUnit, probeDelayMs } from './decide-failure.ts';
import { type Failure, type FailureCode, FAILURE_CLASS } from './outcome.ts';

const RETRY = { retryTimes: 4, retryPeriodMs: 15_000 };
const MIDDLE = 0.5;
const failure = (code: FailureCode, retryAfterMs?: number): Failure => ({ kind: 'failed', code, message: code, ...(retryAfterMs !== undefined && { retryAfterMs }) });
const unit = (code: FailureCode, more: Partial<FailedUnit> = {}): FailedUnit => ({ failure: failure(code), tries: 4, count: 1, succeededSince: false, deadInARow: 0, holding: false, ...more });
const decide = (code: FailureCode, more: Partial<FailedUnit> = {}): string => decideFailure(unit(code, more), RETRY, MIDDLE).kind;

const CODES = Object.keys(FAILURE_CLASS) as FailureCode[];
const outages = CODES.filter((code) => FAILURE_CLASS[code] === 'outage' && code !== 'http_gone');
const refusals = CODES.filter((code) => FAILURE_CLASS[code] === 'refusal');
const ours = CODES.filter((code) => FAILURE_CLASS[code] === 'ours');

describe('decideFailure', () => {
  it.each([...outages, ...refusals].filter((code) => code !== 'payload_too_large'))('%s: is tried again until the tries are used up', (code) => {
    expect([1, 2, 3].map((tries) => decide(code, { tries }))).toEqual(['retry', 'retry', 'retry']);
    expect(decide(code, { tries: 4 })).not.toBe('retry');
  });

  it('a kept connection that was lost is tried again at once, but once', () => {
    const lost = { ...failure('network'), soon: true } as const;
    expect(decideFailure({ ...unit('network', { tries: 1 }), failure: lost }, RETRY, MIDDLE)).toEqual({ kind: 'retry', delayMs: 0 });
    expect(decideFailure({ ...unit('network', { tries: 2 }), failure: lost }, RETRY, MIDDLE)).toEqual({ kind: 'retry', delayMs: 15_000 });
  });

  it.each(outages)('%s: nothing dies while nothing succeeds', (code) => {
    expect(decide(code)).toBe('hold');
    expect(decide(code, { count: 50 })).toBe('hold');
  });

  it.each([...outages, ...refusals])('%s: is the events where others were taken meanwhile', (code) => {
    expect(decide(code, { succeededSince: true })).toBe('dead');
    expect(decide(code, { succeededSince: true, count: 2 })).toBe('bisect');
  });

  it.each(refusals)('%s: is halved at once, and a single event dies', (code) => {
    expect(decide(code, { count: 2 })).toBe('bisect');
    expect(decide(code)).toBe('dead');
  });

  it.each(refusals)('%s: twenty dead in a row are the destination, not the events; halving goes on', (code) => {
    expect(decide(code, { deadInARow: 19 })).toBe('dead');
    expect(decide(code, { deadInARow: 20 })).toBe('hold');
    expect(decide(code, { deadInARow: 20, count: 2 })).toBe('bisect');
  });

  it.each([...outages, ...refusals])('%s: nothing dies in a hold', (code) => {
    expect(decide(code, { holding: true })).toBe('hold');
  });

  it.each(ours)('%s: our own fault is not tried again', (code) => {
    expect(decide(code, { tries: 1 })).toBe('dead');
    expect(decide(code, { tries: 1, holding: true })).toBe('dead');
    expect(decide(code, { tries: 1, count: 2 })).toBe('bisect');
  });

  it('halves a body that is too large without trying it again', () => {
    expect(decide('payload_too_large', { tries: 1, count: 2 })).toBe('bisect');
    expect(decide('payload_too_large', { tries: 1 })).toBe('dead');
  });

  it('stops the hook of a destination that is gone, however often it was tried', () => {
    expect(decide('http_gone', { tries: 1 })).toBe('stop');
    expect(decide('http_gone', { succeededSince: true })).toBe('stop');
  });

  it('waits the period give or take a tenth', () => {
    const delays = [0, 0.5, 1].map((random) => decideFailure(unit('timeout', { tries: 1 }), RETRY, random));
    expect(delays).toEqual([13_500, 15_000, 16_500].map((delayMs) => ({ kind: 'retry', delayMs })));
  });

  it('waits as long as Retry-After says, and never less than the period', () => {
    const after = (retryAfterMs: number) => decideFailure({ ...unit('http_throttled', { tries: 1 }), failure: failure('http_throttled', retryAfterMs) }, RETRY, MIDDLE);
    expect(after(60_000)).toEqual({ kind: 'retry', delayMs: 60_000 });
    expect(after(1_000)).toEqual({ kind: 'retry', delayMs: 15_000 });
  });

  it.each(['credentials', 'permission'] as const)('%s: asks a broker at most once a minute', (code) => {
    expect(decideFailure(unit(code, { tries: 1 }), RETRY, MIDDLE)).toEqual({ kind: 'retry', delayMs: 60_000 });
  });
});

describe('probeDelayMs', () => {
  it('doubles from 15 s to 5 min, with jitter', () => {
    expect([0, 1, 2, 3, 4, 5, 40].map((probes) => probeDelayMs(probes, undefined, 1))).toEqual([15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
    expect([0, 5, 40].map((probes) => probeDelayMs(probes, undefined, 0))).toEqual([15_000, 15_000, 15_000]);
  });
  it('respects Retry-After', () => {
    expect(probeDelayMs(0, 3_600_000, 0.5)).toBe(3_600_000);
  });
});
