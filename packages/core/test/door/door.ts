import { existsSync, readFileSync } from 'node:fs';
import { builtInEventType } from '../../src/registry/event-types.ts';
import type { EventContext, ParsedEvent, RejectedEvent } from '../../src/event/event-context.ts';
import { parseEvents } from '../../src/event/parse-events.ts';
import type { BatchForm } from '../../src/json/read-batch.ts';

// What the door's tests share: a context with a fixed clock, and short answers to compare with.

export const NOW_MS = Date.UTC(2026, 0, 31, 12);
export const DATE = '2026-01-30T07:08:09.123456789Z';

export function context(changes: Partial<EventContext> = {}): EventContext {
  return { nowMs: NOW_MS, tokenAccountId: 3, headerAccountId: null, accountExists: (id) => id === 3 || id === 4, eventType: (_account, type) => builtInEventType(type), ...changes };
}

/** JSON text of a valid event; `members` and `data` are raw JSON to append. */
export function event(members = '', data = ''): string {
  return `{"event_type":"click","event_date":"${DATE}","event_data":{"campaign_id":41${data && `,${data}`}}${members && `,${members}`}}`;
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function items(body: string | Uint8Array, form: BatchForm = 'json', changes: Partial<EventContext> = {}): readonly ParsedEvent[] {
  const parsed = parseEvents(typeof body === 'string' ? bytes(body) : body, form, context(changes));
  if (!parsed.ok) throw new TypeError(`refused: ${JSON.stringify(parsed.problems)}`);
  return parsed.value.items;
}

export function accepted(body: string, changes: Partial<EventContext> = {}): Extract<ParsedEvent, { ok: true }> {
  const item = items(body, 'json', changes)[0];
  if (item?.ok !== true) throw new TypeError(`rejected: ${JSON.stringify(item)}`);
  return item;
}

export function rejected(body: string, changes: Partial<EventContext> = {}): RejectedEvent {
  const item = items(body, 'json', changes)[0];
  if (item?.ok !== false) throw new TypeError('accepted');
  return item;
}

/** `accepted`, `<status> <code> <path>` of one event, or `body <status> <code>` when the whole body is refused. */
export function verdict(body: string | Uint8Array, form: BatchForm = 'json', changes: Partial<EventContext> = {}): string {
  const parsed = parseEvents(typeof body === 'string' ? bytes(body) : body, form, context(changes));
  if (!parsed.ok) return `body ${parsed.status} ${parsed.problems[0]?.code}`;
  return parsed.value.items.map((item) => (item.ok ? 'accepted' : `${item.status} ${item.code} ${item.path}`)).join(', ');
}

/** A corpus that stands beside the repository, or null, loudly: then nothing is known about it here. */
export function corpus(name: string): Record<string, unknown> | null {
  const file = new URL(`../../../../../shared/corpora/${name}`, import.meta.url);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  console.warn(`\n*** ${name} is not beside the repository (${file.pathname}): these cases are NOT checked in this run ***\n`);
  return null;
}
