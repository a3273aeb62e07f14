// Attempts for people to look at. A failure is a row with the commit that records it; successes are gathered per hook and written packed, at the latest after a second.
import type { Clock } from '@hookline/core';
import type { AttemptRow, LaneStore } from '@hookline/store';

const PACKED_MAX = 100;
const PACK_PAUSE_MS = 1_000;
/** Of the answer to a success; a failure is kept as the transport tells it. */
const SUCCESS_BODY_CHARS_MAX = 200;

export class AttemptLog {
  readonly #store: Pick<LaneStore, 'commit'>;
  readonly #clock: Clock;
  readonly #packed = new Map<string, AttemptRow[]>();
  #cancel: (() => void) | null = null;
  /** Attempts of this process by how they ended, and the events that were taken. */
  readonly counts = { delivered: 0, rejected: 0, failed: 0, unknown: 0, eventsDelivered: 0 };
  constructor(store: Pick<LaneStore, 'commit'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }
  success(hookId: string, row: AttemptRow): void {
    this.counts.delivered++;
    this.counts.eventsDelivered += row.events;
    const rows = this.#packed.get(hookId) ?? [];
    this.#packed.set(hookId, rows);
    rows.push(brief(row));
    if (rows.length >= PACKED_MAX) void this.#write(hookId);
    else this.#cancel ??= this.#clock.after(PACK_PAUSE_MS, () => void this.flush());
  }
  /** Writes the successes of this hook that came before, so that the order is kept, and says what else to commit. */
  failure(hookId: string, row: AttemptRow): { readonly op: 'attempts'; readonly hookId: string; readonly rows: readonly AttemptRow[] } {
    this.counts[row.outcome]++;
    const before = this.#packed.get(hookId) ?? [];
    this.#packed.delete(hookId);
    return { op: 'attempts', hookId, rows: [...before, row] };
  }
  async #write(hookId: string): Promise<void> {
    const rows = this.#packed.get(hookId);
    this.#packed.delete(hookId);
    if (rows) await this.#store.commit([{ op: 'attempts', hookId, rows }]).catch(() => undefined);
  }
  /** Resolves when what was gathered is stored. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    await Promise.all([...this.#packed.keys()].map((hookId) => this.#write(hookId)));
  }
}

/** A success is looked at rarely and happens often: what was sent can be made again, so its headers and body are not kept a second time. */
function brief({ request, response, ...row }: AttemptRow): AttemptRow {
  return {
    ...row,
    ...(request && { request: { target: request.target } }),
    ...(response && { response: { ...(response.status !== undefined && { status: response.status }), ...(response.body !== undefined && { body: response.body.slice(0, SUCCESS_BODY_CHARS_MAX) }) } }),
  };
}
