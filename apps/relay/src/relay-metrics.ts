import type { Relay } from '@hookline/delivery';
import type { EventLog, LaneStore } from '@hookline/store';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Read at each scrape from what the relay holds anyway; no label by hook, so that the number of series stays bounded. */
export function registerRelayMetrics(registry: Registry, relay: Relay, logs: readonly (EventLog & LaneStore)[]): void {
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({ name, help, registers: [registry], collect() { this.set(value()); } });
  };
  gauge('hookline_relay_deliveries_in_flight', 'Deliveries on their way to a destination.', () => relay.all().reduce((n, lane) => n + lane.inFlight, 0));
  gauge('hookline_relay_open_units', 'Deliveries that are in flight or wait for their next try.', () => relay.all().reduce((n, lane) => n + lane.units.size, 0));
  gauge('hookline_relay_queued_events', 'Events that matched and wait in memory to be cut into a batch.', () => relay.all().reduce((n, lane) => n + lane.queue.length, 0));
  new Gauge({
    name: 'hookline_relay_lanes',
    help: 'Lanes by what they do: stopped, following the head of the log, behind it, or holding because the destination is away.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const states = { stopped: 0, following: 0, behind: 0, holding: 0 };
      for (const lane of relay.all()) states[!lane.running ? 'stopped' : lane.hold ? 'holding' : lane.following ? 'following' : 'behind']++;
      for (const [state, count] of Object.entries(states)) this.set({ state }, count);
    },
  });
  if (relay.shares().length > 0)
    new Gauge({
      name: 'hookline_relay_slots',
      help: 'Slots of a shard that this relay has leased, of 256.',
      labelNames: ['shard'],
      registers: [registry],
      collect() {
        for (const { shard, slots } of relay.shares()) this.set({ shard }, slots);
      },
    });
  new Gauge({
    name: 'hookline_log_end_position',
    help: 'The highest durable position of a shard.',
    labelNames: ['shard'],
    registers: [registry],
    collect() {
      for (const log of logs) this.set({ shard: log.shard }, log.end());
    },
  });
  new Counter({
    name: 'hookline_relay_attempts_total',
    help: 'Attempts of this process by how they ended.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const outcome of ['delivered', 'rejected', 'failed', 'unknown'] as const) this.inc({ outcome }, relay.counts().reduce((n, c) => n + c[outcome], 0));
    },
  });
  new Counter({ name: 'hookline_relay_events_delivered_total', help: 'Events of this process that a destination took.', registers: [registry], collect() { this.reset(); this.inc(relay.counts().reduce((n, c) => n + c.eventsDelivered, 0)); } });
}
