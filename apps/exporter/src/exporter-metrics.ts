import type { Exporter } from '@hookline/delivery';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Beside the relay's own: both rates show how live and history share the machine. */
export function registerExporterMetrics(registry: Registry, exporter: Exporter): void {
  new Gauge({ name: 'hookline_exporter_exports_running', help: 'Historical exports that deliver now.', registers: [registry], collect() { this.set(exporter.running().length); } });
  new Gauge({ name: 'hookline_exporter_deliveries_in_flight', help: 'Deliveries of exports on their way to a destination.', registers: [registry], collect() { this.set(exporter.running().reduce((n, { inFlight }) => n + inFlight, 0)); } });
  new Counter({
    name: 'hookline_exporter_events_delivered_total',
    help: 'Events of exports that a destination took from this process.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(exporter.counts().reduce((n, counts) => n + counts.eventsDelivered, 0));
    },
  });
}
