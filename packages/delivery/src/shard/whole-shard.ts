import type { AttemptLog } from '../attempt-log.ts';
import { type RelayLog, ShardRelay, type ShardRelayDeps } from './shard-relay.ts';

/** A shard that no other process delivers from. */
export class WholeShard {
  readonly log: RelayLog;
  readonly attempts: AttemptLog;
  readonly #relay: ShardRelay;
  constructor(log: RelayLog, attempts: AttemptLog, depsOf: (attempts: AttemptLog) => Omit<ShardRelayDeps, 'log'>) {
    this.log = log;
    this.attempts = attempts;
    this.#relay = new ShardRelay({ ...depsOf(attempts), log });
  }
  relays(): readonly ShardRelay[] {
    return [this.#relay];
  }
  start(): Promise<void> {
    return this.#relay.start();
  }
  stop(): void {
    this.#relay.stop();
  }
  finished(): Promise<void> {
    return this.#relay.finished();
  }
}
