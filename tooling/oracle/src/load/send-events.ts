// Sends events the three ways the API takes them. What is not answered, or turned away for now, is sent again, as a careful client does: the event's id makes that safe.
import { setTimeout as pause } from 'node:timers/promises';
import type { Ledger } from '../ledger/ledger.ts';
import type { OracleEvent } from '../model/make-event.ts';
import type { ApiAnswer, ApiClient } from '../product/api-client.ts';

export type Form = 'single' | 'array' | 'ndjson';

export interface LoadOptions {
  readonly api: ApiClient;
  readonly ledger: Ledger;
  /** How many; without it, until `until` says so. */
  readonly count?: number;
  readonly until?: () => boolean;
  /** Requests under way at once. */
  readonly connections?: number;
  /** Events of an array or an NDJSON body. */
  readonly batch?: number;
  readonly forms?: readonly Form[];
  /** Events a second over all connections; without it, as fast as answers come. */
  readonly perSecond?: number;
}

export interface LoadResult {
  readonly requests: number;
  /** Requests that were answered by nothing, by 503 or by 429, and went out again. */
  readonly repeated: number;
  readonly seconds: number;
}

const REPEAT_PAUSE_MS = 50;
const RETRY_AFTER_MS_MAX = 1_000;

export async function sendEvents(options: LoadOptions): Promise<LoadResult> {
  const { ledger, count = Number.POSITIVE_INFINITY, until = () => false, connections = 4, batch = 50, forms = ['array', 'ndjson', 'single', 'array'], perSecond } = options;
  const began = performance.now();
  let taken = 0;
  let requests = 0;
  let repeated = 0;
  const sendAll = async (): Promise<void> => {
    while (taken < count && !until()) {
      const form = forms[requests % forms.length] as Form;
      const events = Array.from({ length: Math.min(form === 'single' ? 1 : batch, count - taken) }, () => ledger.take());
      taken += events.length;
      requests++;
      if (perSecond !== undefined) await pause(Math.max(0, began + (taken / perSecond) * 1000 - performance.now()));
      repeated += await deliver(options, events, form);
    }
  };
  await Promise.all(Array.from({ length: connections }, sendAll));
  return { requests, repeated, seconds: (performance.now() - began) / 1000 };
}

/** Until it is answered for good. How many times it had to be repeated. */
async function deliver({ api, ledger }: LoadOptions, events: readonly OracleEvent[], form: Form): Promise<number> {
  const body = form === 'array' ? `[${events.map((event) => event.text).join(',')}]` : events.map((event) => event.text).join('\n');
  for (const event of events) ledger.sending(event);
  for (let repeats = 0; ; repeats++) {
    const answer = await api.send('POST', '/v1/events', body, form === 'ndjson' ? 'application/x-ndjson' : 'application/json');
    if (answer.status === 202) {
      settle(ledger, events, answer);
      return repeats;
    }
    if (answer.status !== 0 && answer.status !== 503 && answer.status !== 429) {
      for (const event of events) ledger.refused(event);
      return repeats;
    }
    await pause(Math.min(RETRY_AFTER_MS_MAX, Number(answer.headers['retry-after'] ?? 0) * 1000 || REPEAT_PAUSE_MS));
  }
}

function settle(ledger: Ledger, events: readonly OracleEvent[], answer: ApiAnswer): void {
  const { items = [] } = JSON.parse(answer.text) as { items?: readonly { readonly index: number; readonly status: string }[] };
  const rejected = new Set(items.filter((item) => item.status === 'rejected').map((item) => item.index));
  events.forEach((event, index) => {
    if (rejected.has(index)) ledger.refused(event);
    else ledger.acked(event);
  });
}
