import { percentile } from '@hookline/oracle';
import { waitUntil } from '@hookline/services';

const EVENTS_PER_SEC = 100;
const ARRIVAL_DEADLINE_MS = 60_000;
/** In one window of so many seconds. */
const WINDOW_SEC = 5;

/** Live events at a hundred a second, one a request and one a delivery: how long from the request to the arrival. */
export class LiveTraffic {
  readonly #send: (id: string) => Promise<unknown>;
  readonly #sentAt = new Map<string, number>();
  readonly #latencies = new Map<string, number[]>();
  #windows = 0;
  constructor(send: (id: string) => Promise<unknown>) {
    this.#send = send;
  }

  arrived(id: string): void {
    const sentAt = this.#sentAt.get(id);
    if (sentAt === undefined) return;
    this.#sentAt.delete(id);
    const name = id.slice(0, id.indexOf('.'));
    this.#latencies.set(name, [...(this.#latencies.get(name) ?? []), performance.now() - sentAt]);
  }

  /** One window more of this name. */
  async window(name: string): Promise<void> {
    const began = performance.now();
    const window = ++this.#windows;
    const sends: Promise<unknown>[] = [];
    for (let n = 0; n < WINDOW_SEC * EVENTS_PER_SEC; n++) {
      const wait = began + (n * 1_000) / EVENTS_PER_SEC - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const id = `${name}.${window}.${n}`;
      this.#sentAt.set(id, performance.now());
      sends.push(this.#send(id));
    }
    await Promise.all(sends);
    await waitUntil('the last live event of a window', () => this.#sentAt.size === 0, { deadlineMs: ARRIVAL_DEADLINE_MS });
  }

  percentile(name: string, share: number): number {
    return percentile(this.#latencies.get(name) ?? [], share);
  }
}
