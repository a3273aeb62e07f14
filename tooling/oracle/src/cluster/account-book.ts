// What one account sent and what its hook got, by numbers: every event has an id of its own that tells its number.
import type { SinkRequest } from '../sinks/http-sink.ts';

interface Message {
  readonly event_id?: string;
  readonly account_id?: number;
  readonly event_data?: { readonly n?: number; readonly text?: string };
}

export class AccountBook {
  readonly accountId: number;
  readonly acked = new Set<number>();
  readonly problems: string[] = [];
  /** Events that came more than once, live. */
  duplicates = 0;
  #sent = 0;
  readonly #live = new Map<number, string>();
  readonly #exported = new Map<number, string>();
  readonly #bodies = new Map<string, string>();
  readonly #attempts = new Set<string>();
  constructor(accountId: number) {
    this.accountId = accountId;
  }

  get sent(): number {
    return this.#sent;
  }
  get liveCount(): number {
    return this.#live.size;
  }
  get exportedCount(): number {
    return this.#exported.size;
  }
  eventId(n: number): string {
    return `c-${this.accountId}-${n}`;
  }
  /** The next event, ready to send. */
  take(): { readonly n: number; readonly text: string } {
    const n = this.#sent++;
    const event = { event_type: 'click', event_date: '2026-01-02T03:04:05.678Z', account_id: this.accountId, list_id: 1, profile_id: `p${n % 7}`, event_id: this.eventId(n), event_data: { n, text: textOf(n), resource_id: 1, campaign_id: 1, message_id: 1 } };
    return { n, text: JSON.stringify(event) };
  }

  /** One request of the product; the destination took it. */
  arrived({ headers, body }: SinkRequest): void {
    const deliveryId = String(headers['webhook-id']);
    const text = body.toString();
    const known = this.#bodies.get(deliveryId);
    if (known !== undefined && known !== text) this.problems.push(`${deliveryId} came with two bodies`);
    this.#bodies.set(deliveryId, text);
    const attempt = `${deliveryId}/${headers['hookline-attempt']}`;
    if (this.#attempts.has(attempt)) this.problems.push(`attempt ${attempt} came twice`);
    this.#attempts.add(attempt);
    const isExport = headers['hookline-export-id'] !== undefined;
    for (const message of JSON.parse(text) as readonly Message[]) this.#message(message, deliveryId, isExport);
  }

  #message({ event_id: eventId, account_id: accountId, event_data: data }: Message, deliveryId: string, isExport: boolean): void {
    const n = data?.n ?? -1;
    if (n < 0 || n >= this.#sent || eventId !== this.eventId(n) || accountId !== this.accountId || data?.text !== textOf(n)) return void this.problems.push(`a message that was never sent: ${eventId}`);
    const seen = isExport ? this.#exported : this.#live;
    const before = seen.get(n);
    seen.set(n, deliveryId);
    if (before === undefined) return;
    if (before !== deliveryId) this.problems.push(`${eventId} came as ${before} and as ${deliveryId}`);
    if (!isExport) this.duplicates++;
  }

  /** Accepted, and not there. */
  missing(): number {
    return [...this.acked].filter((n) => !this.#live.has(n)).length;
  }
  missingInExport(through: ReadonlySet<number>): number {
    return [...through].filter((n) => !this.#exported.has(n)).length;
  }
}

const textOf = (n: number): string => `${'é"\\'.repeat(n % 5)}${n}`;
