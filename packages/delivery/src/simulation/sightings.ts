// What has happened at least once. A run in which a fault or a decision never came up has proved nothing about it, and fails.

/** Everything that the runs together must have met. */
export const MUST_BE_SEEN = [
  // faults
  'crash', 'crash while starting', 'crash with deliveries in flight', 'crash with a commit under way', 'graceful stop', 'wall clock jump', 'commit failed', 'commit answer lost', 'read failed', 'disk full', 'store slow',
  'control write failed', 'control answer lost', 'http refused', 'http 5xx', 'http 5xx after taking', 'http unauthorized', 'http throttled', 'http timeout', 'http timeout after taking', 'http reset',
  'http mismatch', 'http gone', 'http poison', 'http too large', 'broker away', 'broker locked', 'broker broke in a window', 'broker frozen', 'broker nacked', 'broker returned', 'broker confirm lost', 'broker poison',
  'broker too large',
  // decisions
  'retried', 'hold', 'hold ended', 'probe failed', 'bisected', 'died', 'render failed', 'stopped as gone', 'new round', 'fell behind', 'caught up', 'revision', 'redriven', 'cancelled', 'in flight taken up again', 'duplicate taken',
  // what people do
  'hook made', 'selection changed', 'destination changed', 'type changed', 'type change refused', 'deactivated', 'activated now', 'activated where it stopped', 'activated from a time', 'deleted', 'profile put', 'profile deleted',
  'duplicate event', 'idempotent replay', 'idempotent mismatch', 'events removed', 'burst', 'append refused',
] as const;

export type Sight = (typeof MUST_BE_SEEN)[number];

export class Sightings {
  readonly #counts = new Map<Sight, number>();
  see(sight: Sight): void {
    this.#counts.set(sight, (this.#counts.get(sight) ?? 0) + 1);
  }
  count(sight: Sight): number {
    return this.#counts.get(sight) ?? 0;
  }
  add(other: Sightings): void {
    for (const [sight, count] of other.#counts) this.#counts.set(sight, (this.#counts.get(sight) ?? 0) + count);
  }
  missing(): readonly Sight[] {
    return MUST_BE_SEEN.filter((sight) => this.count(sight) === 0);
  }
}
