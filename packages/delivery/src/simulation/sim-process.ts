// One start of the product: log, hook changes and relay on the simulated disk and network. It ends by a crash, after which nothing of it moves any more, or by a
// graceful stop.
import { HookChanges, ShardLog } from '@hookline/store';
import type { Lane } from '../lane/lane.ts';
import { type Relay, startRelay } from '../relay.ts';
import { openSimControl, type SimControl } from './control-tables.ts';
import type { Dice } from './dice.ts';
import { Disk } from './disk.ts';
import { simLogBackend } from './sim-log-backend.ts';
import { SimTransports } from './sim-transports.ts';
import { ProcessClock } from './virtual-clock.ts';
import type { World } from './world.ts';

const STOP_WAIT_MS = 10_000;
const STORE_WELL_MS = 5_000;
/** How often changes of hooks that got stuck between control data and log are finished. */
const FINISH_PENDING_MS = 30_000;

export class SimProcess {
  readonly incarnation: number;
  readonly clock: ProcessClock;
  readonly control: SimControl;
  readonly disk: Disk;
  readonly #world: World;
  readonly #dice: Dice;
  readonly #transports: SimTransports;
  log: ShardLog | null = null;
  changes: HookChanges | null = null;
  relay: Relay | null = null;
  stopping = false;

  /** `restart` is called when it could not start: whoever supervises it starts another one. */
  constructor(world: World, incarnation: number, restart: () => void) {
    this.#world = world;
    this.incarnation = incarnation;
    this.#dice = world.dice.split();
    this.clock = new ProcessClock(world.time, world.wall);
    this.disk = new Disk(world, this.clock, this.#dice);
    this.control = openSimControl(world.control, this.disk, this.clock);
    this.#transports = new SimTransports(world, this);
    this.control.hooks.onChange((hook) => world.pacing.forget(hook.id));
    void this.#start(restart);
  }

  async #start(restart: () => void): Promise<void> {
    const { clock, control } = this;
    try {
      const log = await ShardLog.open({ backend: simLogBackend(this.#world, this.disk, clock), clock, defer: (callback) => void clock.after(0, callback), dedupeWindowMs: this.#world.swarm.dedupeWindowMs });
      const changes = new HookChanges({ control, logs: [log], now: () => clock.now(), openEvents: (hookId) => this.#openEvents(log, hookId) });
      await changes.finishPending();
      const relay = await startRelay({
        control, logs: [log], transports: this.#transports, clock, random: () => this.#dice.next(), retry: this.#world.swarm.retry,
        stopHook: (accountId, hookId) => void this.#stopHook(changes, accountId, hookId),
        report: (message, error) => this.#world.note('report', message, String(error)),
      });
      Object.assign(this, { log, changes, relay });
      this.#finishPendingLater(changes);
    } catch (error: unknown) {
      this.#world.note('start failed', String(error));
      this.#die();
      restart();
    }
  }

  #finishPendingLater(changes: HookChanges): void {
    this.clock.after(FINISH_PENDING_MS, () => {
      void changes
        .finishPending()
        .catch((error: unknown) => this.#world.note('pending changes stay', String(error)))
        .then(() => this.#finishPendingLater(changes));
    });
  }

  async #stopHook(changes: HookChanges, accountId: number, hookId: string): Promise<void> {
    this.#world.sightings.see('stopped as gone');
    try {
      const hook = await this.control.hooks.get(accountId, hookId);
      if (hook) await changes.deactivate(hook, 'gone');
    } catch (error: unknown) {
      this.#world.note('not deactivated', hookId, String(error));
    }
  }

  async #openEvents(log: ShardLog, hookId: string): Promise<number> {
    const stored = (await log.snapshot([hookId])).get(hookId);
    const lane = this.lane(hookId);
    return (stored ? stored.waiting + stored.inFlight : 0) + (lane ? lane.queue.length + lane.inFlight : 0);
  }

  lane(hookId: string): Lane | undefined {
    return this.relay?.lanes(hookId)[0];
  }
  get ready(): boolean {
    return this.relay !== null && !this.stopping && this.clock.alive;
  }

  /** Everything in memory is gone, between one instruction and the next. */
  crash(): void {
    const { sightings } = this.#world;
    if (!this.relay) sightings.see('crash while starting');
    if (this.#transports.busy) sightings.see('crash with deliveries in flight');
    if (this.disk.writing) sightings.see('crash with a commit under way');
    this.#die();
  }
  #die(): void {
    this.clock.alive = false;
    this.#transports.crash();
    this.disk.crash();
  }

  /** True = everything that it had learned is on disk. */
  async stop(): Promise<boolean> {
    this.stopping = true;
    const faults = this.disk.faults;
    // A store that has just failed may be given up without another try.
    const well = this.#world.storeWellSince < this.#world.time.now - STORE_WELL_MS;
    await this.relay?.stop(STOP_WAIT_MS);
    await this.log?.close();
    this.clock.alive = false;
    return well && this.disk.faults === faults && !this.#transports.busy;
  }
}
