import { type Clock, createIds, type Random, type RetrySettings, type TransportFactory } from '@hookline/core';
import type { HookStore, KeyStore, SharedLog } from '@hookline/store';
import { AttemptLog } from './attempt-log.ts';
import { ByteBudget } from './byte-budget.ts';
import { type DeadId, deadPages } from './dead-pages.ts';
import { Destinations } from './destinations.ts';
import type { Lane } from './lane/lane.ts';
import { QueueBudget } from './lane/queue-budget.ts';
import type { RenderSources } from './render-events.ts';
import type { RelayLog, ShardRelay, ShardRelayDeps } from './shard/shard-relay.ts';
import { WholeShard } from './shard/whole-shard.ts';
import { SharedShard } from './slots/shared-shard.ts';

/** Rows in the queues of all lanes of a shard. Estimated from text lengths. */
const QUEUED_BYTES_MAX = 24 * 1024 * 1024;
/** Bodies on their way, all lanes of a shard. */
const SENDING_BYTES_MAX = 48 * 1024 * 1024;

/** What of the control data the relay needs. */
export interface RelayControl extends RenderSources {
  readonly hooks: Pick<HookStore, 'all' | 'onChange'>;
  readonly keys: Pick<KeyStore, 'getOrCreate'>;
}

export interface RelayOptions {
  readonly control: RelayControl;
  /** Shards that no other process delivers from. */
  readonly logs: readonly RelayLog[];
  /** Shards that are shared with other relays, as the one of this name among all there ever were. */
  readonly shared?: { readonly relay: string; readonly logs: readonly SharedLog[] };
  readonly transports: TransportFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly retry: RetrySettings;
  /** A destination said that it is gone: its hook is to be deactivated with this reason. */
  readonly stopHook: (accountId: number, hookId: string, reason: string) => void;
  readonly report: (message: string, error: unknown) => void;
}

/** The live process: reads every shard it is given and delivers. One instance owns the lanes of its shards, or of the slots that it has leased of them. */
export interface Relay {
  /** The lane of a hook on each shard. */
  lanes(hookId: string): readonly Lane[];
  all(): readonly Lane[];
  /** Live lanes of this shard have something to read: whoever can wait should. */
  isHungry(shard: number): boolean;
  /** Something was appended to this shard. */
  wake(shard: number): void;
  /** What this relay holds of the shards that it shares, and among how many. */
  shares(): readonly { readonly shard: number; readonly slots: number; readonly relays: number; readonly mayDeliver: boolean }[];
  /** What this process has done so far, per shard. */
  counts(): readonly AttemptLog['counts'][];
  /** Resolves when every attempt of before is in the store. */
  flushAttempts(): Promise<void>;
  /** Dead events go out again, as new deliveries; ids as `<shard>.<row>`. How many. */
  redrive(hookId: string, ids: readonly DeadId[] | 'all'): Promise<number>;
  /** Past what is kept of an account's events: what its lanes on this shard have still to deliver at or below `through` is expired and counted. What is on its way stays. */
  makeRoom(shard: number, accountId: number, through: number): Promise<void>;
  /** Launches nothing more, waits for what is in flight at most this long, then releases it: it goes out again after the next start. */
  stop(waitMs: number): Promise<void>;
}

/** A shard as far as this relay delivers from it. */
interface LiveShard {
  readonly log: RelayLog;
  readonly attempts: AttemptLog;
  /** They come and go where the shard is shared. */
  relays(): readonly ShardRelay[];
  start(): Promise<void>;
  stop(): void;
  finished(): Promise<void>;
}

export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { control, clock } = options;
  const ids = createIds(await control.keys.getOrCreate('id_key'));
  const destinations = new Destinations(options.transports);
  for (const hook of await control.hooks.all()) destinations.put(hook);
  const abort = new AbortController();
  /** Redrives of one hook, one after the other: none takes a dead event that another has taken. */
  const redrives = new Map<string, Promise<unknown>>();
  const depsOf = (attempts: AttemptLog): Omit<ShardRelayDeps, 'log'> => ({
    clock, ids, attempts, random: options.random, retry: options.retry, sources: control, queued: new QueueBudget(QUEUED_BYTES_MAX), sending: new ByteBudget(SENDING_BYTES_MAX),
    destination: (hookId) => destinations.get(hookId), stopHook: options.stopHook, abort: abort.signal, report: options.report,
  });
  const whole = options.logs.map((log) => new WholeShard(log, new AttemptLog(log, clock), depsOf));
  const shared = (options.shared?.logs ?? []).map((log) => {
    const attempts = new AttemptLog(log.log, clock);
    return new SharedShard({ shared: log, relay: options.shared?.relay ?? '', clock, attempts, deps: depsOf(attempts), report: options.report });
  });
  const shards: readonly LiveShard[] = [...whole, ...shared];
  const relays = (): readonly ShardRelay[] => shards.flatMap((shard) => shard.relays());
  const stopListening = control.hooks.onChange((hook) => {
    if (destinations.put(hook)) for (const relay of relays()) relay.destinationChanged(hook.id);
  });
  await Promise.all(shards.map((shard) => shard.start()));

  async function redriveOf(hookId: string, wanted: Parameters<Relay['redrive']>[1]): Promise<number> {
    let taken = 0;
    for (const shard of shards) {
      // An export's own are the exporter's.
      for await (const rows of deadPages(shard.log, hookId, wanted)) {
        const own = rows.filter((row) => row.laneId === hookId);
        for (const relay of shard.relays()) if (relay.lane(hookId)) taken += await relay.redrive(hookId, own);
      }
    }
    return taken;
  }

  return {
    lanes: (hookId) => relays().flatMap((relay) => relay.lane(hookId) ?? []),
    all: () => relays().flatMap((relay) => relay.lanes()),
    isHungry: (shard) => shards.some((one) => one.log.shard === shard && one.relays().some((relay) => relay.isHungry)),
    wake(shard) {
      for (const one of shared) if (one.log.shard === shard) one.wake();
    },
    shares: () => shared.map(({ log, slotCount, relayCount, mayDeliver }) => ({ shard: log.shard, slots: slotCount, relays: relayCount, mayDeliver })),
    counts: () => shards.map(({ attempts }) => attempts.counts),
    async flushAttempts() {
      await Promise.all(shards.map(({ attempts }) => attempts.flush()));
    },
    redrive(hookId, wanted) {
      const mine = (redrives.get(hookId) ?? Promise.resolve()).then(() => redriveOf(hookId, wanted));
      const over = mine
        .catch(() => undefined)
        .then(() => {
          if (redrives.get(hookId) === over) redrives.delete(hookId);
        });
      redrives.set(hookId, over);
      return mine;
    },
    async makeRoom(shard, accountId, through) {
      for (const one of shards) if (one.log.shard === shard) for (const relay of one.relays()) await relay.makeRoom(accountId, through);
    },
    async stop(waitMs) {
      stopListening();
      for (const shard of shards) shard.stop();
      const until = clock.monotonic() + waitMs;
      const settled = (): boolean => relays().every((relay) => relay.inFlight === 0);
      while (!settled() && clock.monotonic() < until) await pause(clock, 20);
      abort.abort();
      const released = clock.monotonic() + 1_000;
      while (!settled() && clock.monotonic() < released) await pause(clock, 20);
      for (const { attempts } of shards) void attempts.flush();
      await Promise.all(shards.map((shard) => shard.finished()));
      await destinations.close();
      await options.transports.close();
    },
  };
}

const pause = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));
