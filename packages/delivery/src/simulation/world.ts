import { createHash } from 'node:crypto';
import type { LogRow } from '@hookline/core';
import { MemoryLogBackend } from '@hookline/store';
import { ControlTables } from './control-tables.ts';
import type { Destination } from './destination.ts';
import type { Dice } from './dice.ts';
import { Ledger } from './ledger.ts';
import { Pacing } from './pacing.ts';
import type { Sightings } from './sightings.ts';
import type { SimProcess } from './sim-process.ts';
import type { Swarm } from './swarm.ts';
import { VirtualTime, WallClock } from './virtual-clock.ts';

/** 2026-01-01. Only differences matter. */
const WALL_START_MS = 1_767_225_600_000;

/** What the store does at the moment, for whoever asks it. */
export interface StoreMood {
  /** Probability that a commit or a write fails, half of these after it took effect. */
  failing: number;
  /** Probability that a read fails. */
  unreadable: number;
  /** No room for events. */
  full: boolean;
  /** Everything takes this many times as long. */
  slowness: number;
}

export const STORE_WELL: Readonly<StoreMood> = { failing: 0, unreadable: 0, full: false, slowness: 1 };

/** Everything of one run that is not the product: what survives a crash, the world outside, and what was observed. */
export class World {
  readonly seed: number;
  readonly dice: Dice;
  readonly swarm: Swarm;
  readonly sightings: Sightings;
  readonly time = new VirtualTime();
  readonly wall = new WallClock(this.time, WALL_START_MS);
  /** On disk. */
  readonly log = new MemoryLogBackend(0, 'sim');
  readonly control = new ControlTables();
  /** Every row that was ever on disk, and the positions of those that retention has removed since. */
  readonly history: LogRow[] = [];
  readonly removed = new Set<number>();
  /** `n` of the event at a position. */
  readonly numberAt = new Map<number, number>();
  /** Of the last commit. */
  sequence = 0;
  store: StoreMood = { ...STORE_WELL };
  /** Virtual ms since which the store has had no trouble; Infinity while it has. */
  storeWellSince = 0;
  readonly destinations = new Map<string, Destination>();
  readonly ledger: Ledger;
  readonly pacing: Pacing;
  process: SimProcess | null = null;
  readonly failures: string[] = [];
  readonly #trace = createHash('sha256');

  constructor(seed: number, dice: Dice, swarm: Swarm, sightings: Sightings) {
    this.seed = seed;
    this.dice = dice;
    this.swarm = swarm;
    this.sightings = sightings;
    this.ledger = new Ledger(this);
    this.pacing = new Pacing(this);
  }

  /** An invariant does not hold. */
  fail(text: string): void {
    if (this.failures.length < 10) this.failures.push(`${text} (at ${Math.round(this.time.now)} ms)`);
  }

  /** What happened, for the comparison of two runs of one seed. */
  note(...parts: readonly (string | number)[]): void {
    this.#trace.update(`${this.time.now} ${parts.join(' ')}\n`);
  }
  traceHash(): string {
    return this.#trace.copy().digest('hex').slice(0, 16);
  }
}
