// The promise of `EventLog` and `LaneStore`, case by case. A driver passes a harness; every driver keeps the same promise.
import { describe } from 'vitest';
import { appendCases } from './append-cases.ts';
import { failureCases } from './failure-cases.ts';
import { historyCases } from './history-cases.ts';
import { idempotencyCases, sealedRunCases } from './idempotency-cases.ts';
import { laneCases } from './lane-cases.ts';
import { type LogHarness, useLog } from './log-harness.ts';
import { retentionCases } from './retention-cases.ts';
import { takeoverCases } from './takeover-cases.ts';

/** `sharedPlace`: two processes can open the log of one place, so that the later one has to shut the earlier one out. */
export function logConformance(makeHarness: () => Promise<LogHarness>, { sharedPlace }: { readonly sharedPlace: boolean }): void {
  describe('append and read', () => appendCases(useLog(makeHarness)));
  describe('lanes', () => laneCases(useLog(makeHarness)));
  describe('idempotency', () => idempotencyCases(useLog(makeHarness)));
  describe('sealed id runs', () => sealedRunCases(useLog(makeHarness)));
  describe('commits that fail', () => failureCases(useLog(makeHarness)));
  describe('history', () => historyCases(useLog(makeHarness)));
  describe('retention', () => retentionCases(useLog(makeHarness)));
  if (sharedPlace) describe('a second appender', () => takeoverCases(makeHarness));
}
