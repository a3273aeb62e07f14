import type { Brokers } from '../stage/destinations.ts';

/** A hook has at most so many batches on their way, and a broker's hook one window of so many events: that much, and no more, can come twice when the process dies. */
export const BATCHES_IN_FLIGHT_MAX = 8;
export const WINDOW_EVENTS_MAX = 500;

/** For the wide hooks. */
export function inFlightMax({ rabbitmq, kafka }: Brokers): number {
  const batches = [100, 30, 7].reduce((sum, size) => sum + size * BATCHES_IN_FLIGHT_MAX, 0);
  return batches + WINDOW_EVENTS_MAX * ((rabbitmq === undefined ? 0 : 3) + (kafka === undefined ? 0 : 2));
}
