// A shard for a process that delivers from it beside others and appends nothing.
import { type Clock, HooklineError } from '@hookline/core';
import { type Appender, ObservedLog } from '../remote/observed-log.ts';
import { type ObservedLogOptions, observedExecutor } from '../remote/open-direct-log.ts';
import { SqlLaneWriter } from '../sql/sql-lane-writer.ts';
import { SqlLogBackend } from '../sql/sql-log-backend.ts';
import { SqlSlotStore } from '../sql/sql-slot-store.ts';
import type { SqlExecutor } from '../sql/sql-executor.ts';
import { FencedLog } from './fenced-log.ts';
import { LaneWriter } from './lane-writer.ts';
import { LogPart } from './log-part.ts';
import type { SlotStore } from './slot-store.ts';

export interface SharedLog {
  /** The whole shard, to read; `look` takes up what was appended since. Its `commit` takes what needs no lease. */
  readonly log: ObservedLog;
  readonly slots: SlotStore;
  /** The part of these slots, by the tokens of their leases. */
  part(tokens: ReadonlyMap<number, number>): LogPart;
  /** The shard for one lane (an export) that this process holds by this token: from now on nobody with an older one changes it. */
  lane(laneId: string, token: number): Promise<FencedLog>;
  /** Lets what is queued commit, then closes. */
  close(): Promise<void>;
}

export interface SharedLogOptions extends Omit<ObservedLogOptions, 'fetch' | 'dedupeWindowMs'> {
  /** This process, among all there ever were. */
  readonly writer: string;
}

const notHere = (): Promise<never> => Promise.reject(new HooklineError('store_unavailable', 'the edge of the shard appends to it'));
const APPENDS_NOTHING: Appender = { append: notHere, appendControl: notHere, positionOf: async () => null };

/** Rejects as `openRemoteEventLog` does, but takes the shard from nobody. */
export function openSharedLog(options: SharedLogOptions): Promise<SharedLog> {
  return openSharedLogOn(observedExecutor(options), options);
}

/** On any executor, for the conformance of drivers. */
export async function openSharedLogOn(executor: SqlExecutor, { shard, writer: name, clock }: { readonly shard: number; readonly writer: string; readonly clock: Clock }): Promise<SharedLog> {
  const backend = new SqlLogBackend(shard, executor);
  const lanes = new SqlLaneWriter(executor, name);
  const writer = new LaneWriter(lanes, clock);
  let log: ObservedLog;
  try {
    log = await ObservedLog.open(backend, APPENDS_NOTHING, { follows: true, writer });
  } catch (error: unknown) {
    await backend.close();
    throw error;
  }
  return {
    log,
    slots: new SqlSlotStore(executor),
    part: (tokens) => new LogPart(log, writer, tokens),
    async lane(lane, token) {
      await lanes.takeLane(lane, token);
      return new FencedLog(log, writer, { lane, token });
    },
    async close() {
      await writer.close();
      await log.close();
    },
  };
}
