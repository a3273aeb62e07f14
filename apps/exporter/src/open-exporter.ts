// The historical process put together: the engine's exporter, what it counts, and what an owner does with exports.
import { randomBytes } from 'node:crypto';
import { type Clock, NEW_ID_BYTES, newId, type Random, type RetrySettings, type TransportFactory } from '@hookline/core';
import { type Exporter, type ExportLog, ExportRuns, startExporter } from '@hookline/delivery';
import type { ControlStore, SharedLog } from '@hookline/store';
import type { Registry } from 'prom-client';
import { registerExporterMetrics } from './exporter-metrics.ts';

export interface ExporterAppOptions {
  readonly control: ControlStore;
  readonly logs: readonly ExportLog[];
  /** The same shards, where other processes run exports of them too; left out, the caller makes sure that none does. */
  readonly shared?: readonly SharedLog[];
  /** Its maker closes it, after the exporter has stopped. */
  readonly transports: TransportFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly retry: RetrySettings;
  /** Live lanes of this shard have something to read: exports read after them. */
  readonly isLiveHungry: (shard: number) => boolean;
  /** Events that live lanes of this process have delivered; null = live is another process. */
  readonly liveDelivered: () => number | null;
  readonly metrics: Registry;
  readonly stopHook: (accountId: number, hookId: string, reason: string) => void;
  readonly report: (message: string, error: unknown) => void;
}

export interface ExporterApp {
  readonly exporter: Exporter;
  readonly runs: ExportRuns;
}

export async function openExporter({ metrics, ...options }: ExporterAppOptions): Promise<ExporterApp> {
  const randomId = (prefix: string): string => newId(prefix, randomBytes(NEW_ID_BYTES));
  const exporter = await startExporter({ ...options, owner: randomId('exporter') });
  registerExporterMetrics(metrics, exporter);
  return { exporter, runs: new ExportRuns({ control: options.control, logs: options.logs, clock: options.clock, newId: randomId, ratesOf: (id) => exporter.rates(id) }) };
}
