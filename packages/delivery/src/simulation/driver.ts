// One run: random steps of clients, owners, operators and misfortune, then everything is healed and has to come to rest.
import { checkFinally, checkNow } from './checks.ts';
import type { Lane } from '../lane/lane.ts';
import { BROKER_MOODS, HTTP_MOODS, isPoison } from './destination.ts';
import { Door } from './door.ts';
import type { Dice } from './dice.ts';
import { Owners } from './owners.ts';
import { SimProcess } from './sim-process.ts';
import { STORE_WELL, type World } from './world.ts';

const CHECK_EVERY_STEPS = 50;
const LONG_PAUSE_MS = 300_000;
/** Virtual time that is enough for everything that waits, holds included, once all faults are gone. */
const REST_HOURS_MAX = 240;
const LOOK_EVERY_MS = 60_000;
/** What a body of one message has beside it. */
const BATCH_BRACKETS = 2;

export class Driver {
  readonly #world: World;
  readonly #dice: Dice;
  readonly #door: Door;
  readonly #owners: Owners;
  #incarnations = 0;
  /** Starts of the process that ended well: all they had learned is on disk. */
  readonly cleanStops = new Set<number>();
  #restoreStore: () => void = () => {};

  constructor(world: World) {
    this.#world = world;
    this.#dice = world.dice.split();
    this.#door = new Door(world, world.dice.split());
    this.#owners = new Owners(world, world.dice.split());
  }

  async run(): Promise<void> {
    const world = this.#world;
    this.#start();
    await this.#settle();
    await this.#owners.makeHooks();
    for (let step = 1; step <= world.swarm.steps && world.failures.length === 0; step++) {
      this.#step();
      await world.time.run(this.#dice.spread(this.#dice.chance(world.swarm.longPause) ? LONG_PAUSE_MS : world.swarm.stepMs));
      if (step % CHECK_EVERY_STEPS === 0) await checkNow(world);
    }
    if (world.failures.length > 0) return;
    await this.#heal();
    await this.#rest();
    // What only another success can move on, and the proof that every hook still lives.
    await this.#appendFresh();
    await this.#rest();
    await checkFinally(world, { cleanStops: this.cleanStops, acked: this.#door.acked, refused: this.#door.refused });
  }

  #start(): void {
    this.#world.process = new SimProcess(this.#world, ++this.#incarnations, () => this.#startLater());
  }

  #startLater(): void {
    this.#world.time.after(this.#dice.spread(2_000), () => this.#start());
  }

  /** Waits until the process is up. */
  async #settle(): Promise<void> {
    while (!this.#world.process?.ready) await this.#world.time.run(500);
  }

  #step(): void {
    const { swarm } = this.#world;
    const dice = this.#dice;
    const process = this.#world.process as SimProcess;
    if (dice.chance(swarm.crash)) return this.#crash(process);
    if (dice.chance(swarm.stop)) return this.#stop(process);
    if (dice.chance(swarm.storeTrouble)) this.#storeTrouble();
    if (dice.chance(swarm.destinationTrouble)) this.#destinationTrouble();
    if (dice.chance(swarm.wallJump)) this.#jump();
    if (!process.ready) return;
    if (dice.chance(swarm.hookChange)) this.#owners.changeSomeHook(process);
    if (dice.chance(swarm.profileChange)) this.#owners.changeSomeProfile(process);
    if (dice.chance(swarm.redrive)) this.#owners.redriveSome(process);
    // Whoever sets the machine's clock forward makes older what is kept: no window is promised by that clock.
    if (dice.chance(swarm.cleanUp) && !this.#world.wall.isAhead) void this.#cleanUp(process);
    this.#door.append(process, dice.chance(swarm.burst));
  }

  #crash(process: SimProcess): void {
    if (!process.clock.alive) return;
    process.crash();
    this.#world.sightings.see('crash');
    this.#world.note('crash', process.incarnation);
    this.#startLater();
  }

  #stop(process: SimProcess): void {
    if (!process.ready) return;
    this.#world.sightings.see('graceful stop');
    this.#world.note('stop', process.incarnation);
    void process.stop().then((clean) => {
      if (clean) this.cleanStops.add(process.incarnation);
      // A crash in the middle of the stop has started the next one already.
      if (this.#world.process === process) this.#startLater();
    });
  }

  /** Retention: whatever is older than the window of the ids goes. */
  async #cleanUp(process: SimProcess): Promise<void> {
    try {
      while (await process.log?.cleanUp(process.clock.now(), { eventsMs: 0, attemptsMs: 0, deadLettersMs: null }));
    } catch (error: unknown) {
      this.#world.note('not cleaned up', String(error));
    }
  }

  #storeTrouble(): void {
    const world = this.#world;
    const dice = this.#dice;
    this.#restoreStore();
    const kind = dice.weighted({ flaky: 3, failing: 2, unreadable: 2, full: 1, slow: 1 });
    const mood = { ...STORE_WELL };
    if (kind === 'flaky') Object.assign(mood, { failing: 0.2, unreadable: 0.1 });
    if (kind === 'failing') mood.failing = 1;
    if (kind === 'unreadable') mood.unreadable = 0.7;
    if (kind === 'full') mood.full = true;
    if (kind === 'slow') {
      mood.slowness = 200;
      world.sightings.see('store slow');
    }
    world.store = mood;
    world.storeWellSince = Number.POSITIVE_INFINITY;
    const cancel = world.time.after(dice.spread(dice.pick([300, 5_000, 60_000])), () => this.#restoreStore());
    this.#restoreStore = () => {
      cancel();
      world.store = { ...STORE_WELL };
      world.storeWellSince = world.time.now;
    };
  }

  #destinationTrouble(): void {
    const dice = this.#dice;
    const troubled = [...this.#world.destinations.values()].filter((destination) => !destination.steady);
    if (troubled.length === 0) return;
    const destination = dice.pick(troubled);
    destination.mood = dice.pick(destination.kind === 'http' ? HTTP_MOODS : BROKER_MOODS);
    this.#world.time.after(dice.spread(dice.pick([500, 20_000, 200_000])), () => {
      destination.mood = 'well';
    });
  }

  #jump(): void {
    this.#world.sightings.see('wall clock jump');
    this.#world.wall.jump(this.#dice.pick([-3_600_000, -5_000, 5_000, 3_600_000]));
  }

  async #heal(): Promise<void> {
    const world = this.#world;
    this.#restoreStore();
    for (const destination of world.destinations.values()) destination.mood = 'well';
    if (world.process?.clock.alive === false) await world.time.run(60_000);
    await this.#settle();
    await world.time.run(60_000);
    for (const destination of world.destinations.values()) destination.mood = 'well';
    await this.#owners.activateAll(world.process as SimProcess);
  }

  /** A healthy log takes events. */
  async #appendFresh(): Promise<void> {
    const world = this.#world;
    let stored: boolean[] = [];
    void Promise.all(this.#door.appendFresh(world.process as SimProcess)).then((answers) => {
      stored = answers;
    });
    await world.time.run(60_000);
    if (stored.length === 0 || stored.includes(false)) world.fail('a healthy log does not take events');
  }

  /** Liveness: nothing waits any more, within bounded time. */
  async #rest(): Promise<void> {
    const world = this.#world;
    for (let waited = 0; waited < REST_HOURS_MAX * 3_600_000; waited += LOOK_EVERY_MS) {
      if (this.#atRest()) return;
      await world.time.run(LOOK_EVERY_MS);
    }
    for (const lane of world.process?.relay?.all() ?? []) {
      if (isQuiet(world, lane)) continue;
      const units = [...lane.units.values()].map((u) => `${u.row.positions.join('+')}:${u.row.state}${u.busy ? ' busy' : ''}`);
      world.fail(
        `${lane.hookId} does not come to rest: running ${lane.running}, following ${lane.following}, queue ${lane.queue.length}, in flight ${lane.inFlight}, hold ${lane.hold?.code}, assigned ${lane.assigned}, ` +
          `read through ${lane.readThrough}, end ${world.process?.log?.end()}, units ${units.slice(0, 5).join(' ')}`,
      );
    }
    if (world.failures.length === 0) world.fail('does not come to rest');
  }

  #atRest(): boolean {
    const process = this.#world.process as SimProcess;
    return !process.disk.writing && (process.relay?.all() ?? []).every((lane) => isQuiet(this.#world, lane));
  }
}

/** Nothing is left to do. Only in a hold something may stay: nothing dies there, and what its destination will never take waits for another event to succeed. */
function isQuiet(world: World, lane: Lane): boolean {
  if (lane.queue.length + lane.inFlight > 0) return false;
  const units = [...lane.units.values()];
  if (lane.timeline.deleted) return units.length === 0;
  return lane.running && lane.following && (lane.hold ? units.every(({ row }) => row.attempt > 0 && isRefusedAlone(world, lane.hookId, row.positions)) : units.length === 0);
}

function isRefusedAlone(world: World, hookId: string, positions: readonly number[]): boolean {
  const n = world.numberAt.get(positions[0] ?? 0);
  if (positions.length > 1 || n === undefined) return false;
  return isPoison(n, world.swarm) || world.ledger.charsOf(hookId, n) + BATCH_BRACKETS > world.swarm.bodyBytesMax;
}
