// The historical process: takes up every unfinished export that nobody else has, lets a few of them run at a time, and writes down how they end. What an export is to
// do is in the control data, and changes there take effect at once; where it stands is in the log, with its deliveries.
import { type Clock, createIds, type Random, type RetrySettings, type TransportFactory } from '@hookline/core';
import type { ExportRun, ExportStore, Hook, HookStore, KeyStore } from '@hookline/store';
import { AttemptLog } from '../attempt-log.ts';
import { ByteBudget } from '../byte-budget.ts';
import { Destinations } from '../destinations.ts';
import type { RenderSources } from '../render-events.ts';
import { queryOf } from './export-plan.ts';
import { followHook } from './follow-hook.ts';
import { type ExportRates, OpenExport } from './open-export.ts';
import { ReadTurns } from './read-turns.ts';
import { type ExportLog, ShardExport } from './shard-export.ts';

/** Exports that deliver at the same time; those whose destination is away do not count. */
const RUNNING_MAX = 4;
/** Deliveries in flight of one export: what live lanes begin with is twice as much. */
const IN_FLIGHT_MAX = 2;
const QUEUED_BYTES_MAX = 8 * 1024 * 1024;
const SENDING_BYTES_MAX = 16 * 1024 * 1024;
const TICK_MS = 1_000;
/** How often it is counted what retention has removed, and looked for exports that another process has left. */
const COUNT_EVERY_TICKS = 10;
const LEASE_MS = 15_000;
const DEAD_ROWS_PER_REDRIVE = 1_000;

export interface ExporterControl extends RenderSources {
  readonly hooks: Pick<HookStore, 'all' | 'onChange'>;
  readonly exports: ExportStore;
  readonly keys: Pick<KeyStore, 'getOrCreate'>;
}

export interface ExporterOptions {
  readonly control: ExporterControl;
  readonly logs: readonly ExportLog[];
  /** Its maker closes it. */
  readonly transports: TransportFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly retry: RetrySettings;
  /** Live lanes of this shard have something to read: exports read after them. */
  readonly isLiveHungry: (shard: number) => boolean;
  /** This process, among those that share the exports. */
  readonly owner: string;
  /** No other process runs exports. */
  readonly alone: boolean;
  readonly stopHook: (accountId: number, hookId: string, reason: string) => void;
  readonly report: (message: string, error: unknown) => void;
}

export interface Exporter {
  /** null = it does not run here. */
  rates(exportId: string): ExportRates | null;
  running(): readonly { readonly exportId: string; readonly inFlight: number }[];
  counts(): readonly AttemptLog['counts'][];
  /** Dead events of a hook's exports go out again; of an aborted one none. How many. */
  redrive(hookId: string, ids: readonly { readonly shard: number; readonly row: number }[] | 'all'): Promise<number>;
  /** As `Relay.stop`. */
  stop(waitMs: number): Promise<void>;
}

export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const exporter = new ExporterProcess(options, createIds(await options.control.keys.getOrCreate('id_key')));
  await exporter.start();
  return exporter;
}

class ExporterProcess implements Exporter {
  readonly #options: ExporterOptions;
  readonly #ids: ReturnType<typeof createIds>;
  readonly #destinations: Destinations;
  readonly #hooks = new Map<string, Hook>();
  readonly #open = new Map<string, OpenExport>();
  readonly #opening = new Map<string, Promise<void>>();
  readonly #shards: readonly { readonly log: ExportLog; readonly attempts: AttemptLog; readonly turns: ReadTurns; readonly queued: ByteBudget; readonly sending: ByteBudget }[];
  readonly #abort = new AbortController();
  #stopListening: (() => void)[] = [];
  #cancelTick: (() => void) | null = null;
  #ticking: Promise<void> = Promise.resolve();
  #ticks = 0;
  #stopped = false;

  constructor(options: ExporterOptions, ids: ReturnType<typeof createIds>) {
    const { clock } = options;
    this.#options = options;
    this.#ids = ids;
    this.#destinations = new Destinations(options.transports);
    this.#shards = options.logs.map((log) => ({
      log, attempts: new AttemptLog(log, clock), turns: new ReadTurns(clock, () => options.isLiveHungry(log.shard)), queued: new ByteBudget(QUEUED_BYTES_MAX), sending: new ByteBudget(SENDING_BYTES_MAX),
    }));
  }

  async start(): Promise<void> {
    const { control } = this.#options;
    this.#stopListening = [control.hooks.onChange((hook) => this.#hookChanged(hook)), control.exports.onChange((run) => this.#exportChanged(run))];
    for (const hook of await control.hooks.all()) this.#takeHook(hook);
    const left = new Set<string>();
    for (const { log } of this.#shards) for (const unit of (await log.load()).units) if (unit.laneId !== unit.hookId) left.add(unit.laneId);
    await this.#openAll([...left]);
    this.#tickLater();
  }

  #takeHook(hook: Hook): void {
    this.#hooks.set(hook.id, hook);
    if (!this.#destinations.put(hook)) return;
    for (const { run, shards } of this.#open.values()) if (run.hookId === hook.id) for (const { lane } of shards) lane.destinationChanged();
  }

  #hookChanged(hook: Hook): void {
    this.#takeHook(hook);
    for (const entry of this.#open.values()) {
      if (entry.run.hookId !== hook.id) continue;
      entry.hook = hook;
      this.#admit();
      void this.#follow(entry.run, hook);
    }
  }

  #follow(run: ExportRun, hook: Hook): Promise<void> {
    return followHook(this.#options.control.exports, run, hook, this.#options.clock.now()).catch((error: unknown) => this.#options.report('an export could not follow its hook', error));
  }

  #exportChanged(run: ExportRun): void {
    const entry = this.#open.get(run.id);
    if (!entry) return void this.#openOne(run);
    entry.run = run;
    this.#admit();
    this.#closeWhenOver(entry);
  }

  async #openAll(ids: readonly string[]): Promise<void> {
    const runs = await this.#options.control.exports.unfinishedOr(ids);
    await Promise.all(runs.map((run) => this.#openOne(run)));
  }

  /** Takes it up, unless another exporter has it. */
  #openOne(run: ExportRun): Promise<void> {
    if (this.#stopped || this.#open.has(run.id) || (run.finishedAt !== null && !this.#opening.has(run.id) && !this.#hasUnits.has(run.id))) return Promise.resolve();
    const known = this.#opening.get(run.id);
    if (known) return known;
    const opening = this.#tryOpen(run)
      .catch((error: unknown) => this.#options.report(`export ${run.id} could not be taken up`, error))
      .finally(() => this.#opening.delete(run.id));
    this.#opening.set(run.id, opening);
    return opening;
  }
  readonly #hasUnits = new Set<string>();
}
