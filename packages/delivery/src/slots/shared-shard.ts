// One shard of a relay among several: what it holds of it, in parts. Slots that were taken together are one part, with a reader of its own over the rows that are read
// once for all of them; a part that holds nothing any more ends.
import type { Clock } from '@hookline/core';
import type { LogPart, SharedLog } from '@hookline/store';
import type { AttemptLog } from '../attempt-log.ts';
import { ShardRelay, type ShardRelayDeps } from '../shard/shard-relay.ts';
import { SlotKeeper } from './slot-keeper.ts';

/** What is appended elsewhere is seen after this at the latest, also when nobody says so. */
const LOOK_MS = 1_000;
const START_AGAIN_MS = 1_000;
const LOOK_AT_FLIGHTS_MS = 20;

export interface SharedShardOptions {
  readonly shared: SharedLog;
  readonly relay: string;
  readonly clock: Clock;
  readonly attempts: AttemptLog;
  readonly deps: Omit<ShardRelayDeps, 'log' | 'mayDeliver'>;
  readonly report: (message: string, error: unknown) => void;
}

interface Part {
  readonly part: LogPart;
  relay: ShardRelay;
  started: Promise<void>;
}

export class SharedShard {
  readonly attempts: AttemptLog;
  readonly #options: SharedShardOptions;
  readonly #keeper: SlotKeeper;
  readonly #parts = new Set<Part>();
  #stopped = false;
  #cancelLook: (() => void) | null = null;
  #looking: Promise<void> | null = null;
  #lookAgain = false;

  constructor(options: SharedShardOptions) {
    this.#options = options;
    this.attempts = options.attempts;
    this.#keeper = new SlotKeeper({
      slots: options.shared.slots, relay: options.relay, clock: options.clock, report: options.report,
      onGained: (tokens) => this.#add(tokens),
      onLost: (slots) => this.#lose(slots),
      onLeaving: (slots) => this.#leave(slots),
      onResumed: () => {
        for (const lane of this.lanes()) lane.pump();
      },
    });
  }

  get log(): SharedLog['log'] {
    return this.#options.shared.log;
  }
  get slotCount(): number {
    return this.#keeper.held.size;
  }
  get relayCount(): number {
    return this.#keeper.relayCount;
  }
  get mayDeliver(): boolean {
    return this.#keeper.mayDeliver;
  }
  relays(): readonly ShardRelay[] {
    return [...this.#parts].map(({ relay }) => relay);
  }
  lanes(): ReturnType<ShardRelay['lanes']> {
    return this.relays().flatMap((relay) => relay.lanes());
  }

  async start(): Promise<void> {
    await this.#keeper.start();
    this.#lookLater();
  }

  #add(tokens: ReadonlyMap<number, number>): void {
    const part = this.#options.shared.part(tokens);
    const made: Part = { part, relay: this.#makeRelay(part), started: Promise.resolve() };
    this.#parts.add(made);
    made.started = this.#startPart(made);
  }

  #makeRelay(part: LogPart): ShardRelay {
    return new ShardRelay({ ...this.#options.deps, log: part, mayDeliver: () => this.#keeper.mayDeliver });
  }

  /** Until it works: nobody else delivers for these slots. */
  async #startPart(made: Part): Promise<void> {
    while (!this.#stopped && made.part.slots.length > 0) {
      try {
        return await made.relay.start();
      } catch (error: unknown) {
        this.#options.report('lanes could not be taken up', error);
        await this.#pause(START_AGAIN_MS);
        made.relay = this.#makeRelay(made.part);
      }
    }
  }

  /** Nothing of theirs can be recorded any more, so nothing is waited for. */
  #lose(slots: readonly number[]): void {
    for (const made of this.#parts) {
      made.part.forget(slots);
      made.relay.drop((accountId) => !made.part.has(accountId));
    }
    this.#endEmpty();
  }

  async #leave(slots: readonly number[]): Promise<void> {
    await Promise.all([...this.#parts].map(async ({ part, relay, started }) => {
      part.leave(slots);
      await started;
      const leaving = relay.halt((accountId) => !part.has(accountId));
      while (!this.#stopped && slots.some((slot) => part.holds(slot)) && leaving.some((lane) => lane.inFlight > 0)) await this.#pause(LOOK_AT_FLIGHTS_MS);
      // Commits take effect in their order: what was settled before is on disk now.
      await part.commit([]).catch(() => undefined);
      relay.drop((accountId) => !part.has(accountId));
      part.forget(slots);
    }));
    this.#endEmpty();
  }

  #endEmpty(): void {
    for (const made of this.#parts) {
      if (made.part.slots.length > 0) continue;
      this.#parts.delete(made);
      made.relay.stop();
    }
  }

  /** Something was appended, or may have been. */
  wake(): void {
    this.#lookAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
  }

  async #look(): Promise<void> {
    while (this.#lookAgain && !this.#stopped) {
      this.#lookAgain = false;
      await this.log.look().catch((error: unknown) => this.#options.report('the end of a shard could not be read', error));
    }
  }

  #lookLater(): void {
    if (this.#stopped) return;
    this.#cancelLook = this.#options.clock.after(LOOK_MS, () => {
      this.wake();
      void this.#redriveAsked()
        .catch((error: unknown) => this.#options.report('requests to send dead events again could not be taken up', error))
        .then(() => this.#lookLater());
    });
  }

  /** What edges were asked for: they have no lanes. A request goes when its rows have become units; after a crash in between it finds none of them. */
  async #redriveAsked(): Promise<void> {
    for (const request of await this.log.redrives()) {
      if (request.laneId !== request.hookId) continue;
      const holder = [...this.#parts].find(({ part }) => part.has(request.accountId));
      if (!holder || !this.mayDeliver) continue;
      await holder.started;
      const rows = await this.log.deadRows(request.hookId, request.ids, 0, request.ids.length);
      await holder.relay.redrive(request.hookId, rows);
      await this.log.endRedrive(request.id);
    }
  }

  /** Launches nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#cancelLook?.();
    for (const relay of this.relays()) relay.stop();
  }
  /** After `stop`, when nothing is on its way: gives the slots back once everything is on disk. */
  async finished(): Promise<void> {
    for (const { part, relay, started } of this.#parts) {
      await started;
      await relay.finished();
      await part.commit([]).catch(() => undefined);
    }
    await this.#looking;
    await this.#keeper.stop();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.after(ms, resolve));
  }
}
