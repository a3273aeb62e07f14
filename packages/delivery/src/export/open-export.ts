// One export in an exporter: its lane on each shard, what it is to do at the moment, and how fast it is.
import type { ExportRun, Hook } from '@hookline/store';
import type { ShardExport } from './shard-export.ts';

/** Rates are taken over this many seconds. */
const RATE_SAMPLES = 5;

export interface ExportRates {
  /** Delivered or dead, a second. */
  readonly eventsPerSec: number;
  /** Looked at, a second. */
  readonly scannedPerSec: number;
  /** What live lanes deliver meanwhile, of all hooks; null = they are delivered elsewhere. */
  readonly livePerSec: number | null;
}

export class OpenExport {
  run: ExportRun;
  hook: Pick<Hook, 'active' | 'deletedAt'>;
  readonly shards: readonly ShardExport[];
  /** Of the lease under which this process runs it. */
  readonly fence: number;
  /** It may run: there are not too many others. */
  admitted = false;
  /** Its end is being written down. */
  ending = false;
  /** Since it was started last. */
  #samples: { readonly at: number; readonly settled: number; readonly scanned: number; readonly live: number | null }[] = [];
  /** Delivered or dead, when it was last looked at. */
  #settled: number;
  #running = false;

  constructor(run: ExportRun, hook: Pick<Hook, 'active' | 'deletedAt'>, shards: readonly ShardExport[], { fence, settled }: { readonly fence: number; readonly settled: number }) {
    this.run = run;
    this.hook = hook;
    this.shards = shards;
    this.fence = fence;
    this.#settled = settled;
  }

  get isWanted(): boolean {
    return this.run.status === 'in_progress' && this.hook.active && this.hook.deletedAt === null;
  }
  /** Finished, but dead events of it were sent on their way again. */
  get isRedriving(): boolean {
    return this.run.status === 'completed' && this.hook.active && this.isBusy;
  }
  get isBusy(): boolean {
    return this.shards.some((shard) => shard.isBusy);
  }
  get isDone(): boolean {
    return this.shards.every((shard) => shard.isDone);
  }
  /** Its destination is away: it takes nobody's place. */
  get isHolding(): boolean {
    return this.shards.every(({ lane }) => lane.hold !== null);
  }

  /** Brings the lanes to what the export is now; at once, so that whoever changed it can rely on it. `at` is monotonic ms, `live` the events that live lanes have delivered by then. */
  apply(at: number, live: number | null): void {
    const running = this.isWanted && this.admitted;
    if (running !== this.#running) {
      this.#running = running;
      this.#samples = [];
      this.sample(at, this.#settled, live);
    }
    for (const shard of this.shards) {
      shard.maxEventsPerSec = this.run.maxEventsPerSec;
      if (this.run.status === 'aborted' || this.hook.deletedAt !== null) shard.abort();
      else if (running || this.isRedriving) shard.start();
      else shard.pause();
    }
  }

  sample(at: number, settled: number, live: number | null): void {
    this.#settled = settled;
    this.#samples.push({ at, settled, live, scanned: this.shards.reduce((n, { plan }) => n + plan.scanned, 0) });
    if (this.#samples.length > RATE_SAMPLES + 1) this.#samples.shift();
  }

  get rates(): ExportRates {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    const seconds = first && last ? (last.at - first.at) / 1_000 : 0;
    if (!first || !last || seconds <= 0 || !this.#running) return { eventsPerSec: 0, scannedPerSec: 0, livePerSec: null };
    const rate = (of: 'settled' | 'scanned' | 'live'): number => Math.max(0, (last[of] ?? 0) - (first[of] ?? 0)) / seconds;
    return { eventsPerSec: rate('settled'), scannedPerSec: rate('scanned'), livePerSec: last.live === null ? null : rate('live') };
  }
}
