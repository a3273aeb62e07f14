import type { SinkRequest } from '../sinks/http-sink.ts';

interface Kept {
  readonly request: SinkRequest;
  readonly taken: boolean;
}

const NUMBER_KEY = Buffer.from('"oracle_n":');

/** Requests as they came; only their events are counted, which costs next to nothing. */
export class KeptRequests {
  #requests: Kept[] = [];
  /** When each came, and how many events there were with it. */
  readonly arrivals: { readonly atMs: number; readonly events: number }[] = [];

  get events(): number {
    return this.arrivals.at(-1)?.events ?? 0;
  }

  add(request: SinkRequest, taken: boolean): void {
    this.#requests.push({ request, taken });
    if (!taken) return;
    let { events } = this;
    for (let at = request.body.indexOf(NUMBER_KEY); at !== -1; at = request.body.indexOf(NUMBER_KEY, at + NUMBER_KEY.length)) events++;
    this.arrivals.push({ atMs: performance.now(), events });
  }

  /** Each is given out once. */
  take(): readonly Kept[] {
    const requests = this.#requests;
    this.#requests = [];
    return requests;
  }
}
