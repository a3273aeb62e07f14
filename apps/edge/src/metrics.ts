import { Counter, Gauge, type Registry } from 'prom-client';

/** What the edge counts. Hot-path numbers are plain fields that the scrape reads; nothing is looked up by label per event. */
export interface EdgeMetrics {
  countEvents(accepted: number, duplicates: number, rejected: number): void;
  countRequest(route: string, status: number): void;
  /** Refused because the store could not take it durably. */
  countUnaccepted(events: number): void;
}

export interface MetricSources {
  readonly bytesInFlight: () => number;
  readonly logLinesDropped: () => number;
}

export function createEdgeMetrics(registry: Registry, sources: MetricSources): EdgeMetrics {
  let accepted = 0;
  let duplicates = 0;
  let rejected = 0;
  let unaccepted = 0;
  const requests = new Map<string, number>();
  new Counter({
    name: 'hookline_edge_events_total',
    help: 'Events by what became of them at the door.',
    labelNames: ['result'],
    registers: [registry],
    collect() {
      this.reset();
      this.inc({ result: 'accepted' }, accepted);
      this.inc({ result: 'duplicate' }, duplicates);
      this.inc({ result: 'rejected' }, rejected);
      this.inc({ result: 'unaccepted' }, unaccepted);
    },
  });
  new Counter({
    name: 'edge_unaccepted_total',
    help: 'Events that could not be taken durably; nobody was told that they were. A click among them was redirected all the same.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(unaccepted);
    },
  });
  new Counter({
    name: 'hookline_edge_requests_total',
    help: 'Requests by route and status.',
    labelNames: ['route', 'status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [key, count] of requests) {
        const at = key.lastIndexOf('|');
        this.inc({ route: key.slice(0, at), status: key.slice(at + 1) }, count);
      }
    },
  });
  new Gauge({ name: 'hookline_edge_bytes_in_flight', help: 'Bytes of request bodies that are held.', registers: [registry], collect() { this.set(sources.bytesInFlight()); } });
  new Counter({
    name: 'hookline_log_lines_dropped_total',
    help: 'Log lines that were dropped because nobody read them.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(sources.logLinesDropped());
    },
  });
  return {
    countEvents(newlyAccepted, newlyDuplicate, newlyRejected) {
      accepted += newlyAccepted;
      duplicates += newlyDuplicate;
      rejected += newlyRejected;
    },
    countRequest(route, status) {
      const key = `${route}|${status}`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
    },
    countUnaccepted(events) {
      unaccepted += events;
    },
  };
}
