import { type ControlRecord, type EventDraft, HooklineError, type HooklineErrorCode } from '@hookline/core';
import type { AppendRequest, AppendResult, AppendedEvent, Appender } from '@hookline/store';
import { createHash } from 'node:crypto';
import { INGEST_PATH } from '../ingest/ingest-events.ts';

// Events that were judged here and are kept elsewhere: an edge process that lives takes them in by the API that everybody uses, with a platform token. Its answer is
// ours, so 2xx still means durable.

/** Beyond it the outcome is not known. */
const DEADLINE_MS = 10_000;
const CODE_OF_STATUS: Readonly<Record<number, HooklineErrorCode>> = { 429: 'overloaded' };

export interface ForwardAppenderOptions {
  /** `HOOKLINE_APPEND_URL`: the origin of an edge process. */
  readonly url: string;
  /** A platform token of that process. */
  readonly token: string;
  readonly fetch: typeof globalThis.fetch;
  /** Content that came with an event, by its reference. */
  readonly contentOf: (accountId: number, ref: string) => Promise<string | null>;
}

interface Item {
  readonly index: number;
  readonly status: 'accepted' | 'duplicate' | 'rejected';
  readonly event_id?: string;
  readonly code?: string;
}

export function createForwardAppender({ url, token, fetch, contentOf }: ForwardAppenderOptions): Appender {
  async function post(accountId: number, body: string, key: string | null): Promise<Response> {
    try {
      return await fetch(`${url}${INGEST_PATH}?verbose=1`, {
        method: 'POST', body, signal: AbortSignal.timeout(DEADLINE_MS),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson', 'hookline-account': String(accountId), ...(key === null ? {} : { 'idempotency-key': key }) },
      });
    } catch (error: unknown) {
      throw new HooklineError('store_unavailable', 'the edge process that keeps events does not answer', error);
    }
  }

  return {
    async append({ events, idempotency }: AppendRequest): Promise<AppendResult> {
      const [first] = events;
      if (first === undefined) return { kind: 'stored', items: [] };
      if (events.some((event) => event.accountId !== first.accountId)) return appendByAccount(this, events);
      const lines = await Promise.all(events.map((event) => printDraft(event, contentOf)));
      const key = idempotency === undefined ? null : createHash('sha256').update(JSON.stringify([idempotency.path, idempotency.key])).digest('base64url');
      const answer = await post(first.accountId, lines.join('\n'), key);
      if (answer.status === 422 && key !== null) return { kind: 'mismatch' };
      if (answer.status !== 202) throw new HooklineError(CODE_OF_STATUS[answer.status] ?? 'store_unavailable', `the edge process that keeps events answered ${answer.status}`);
      const { items } = (await answer.json()) as { readonly items: readonly Item[] };
      const appended = items.map(toAppended);
      if (idempotency !== undefined && answer.headers.get('idempotent-replay') === 'true') return { kind: 'replay', answer: idempotency.answer(appended) };
      return { kind: 'stored', items: appended };
    },
    /** A change of a hook stays pending; whoever appends to the shard takes it up. */
    async appendControl(_record: ControlRecord): Promise<number> {
      throw new HooklineError('store_unavailable', 'changes of hooks are taken up by the process that keeps events');
    },
    async positionOf() {
      return null;
    },
  };
}

/** Where one request has events of several accounts, each account's go by themselves: all of them are in before anybody is told. */
async function appendByAccount(appender: Pick<Appender, 'append'>, events: readonly EventDraft[]): Promise<AppendResult> {
  const accounts = [...new Set(events.map((event) => event.accountId))];
  const results = new Map(await Promise.all(accounts.map(async (accountId) => {
    const result = await appender.append({ events: events.filter((event) => event.accountId === accountId) });
    return [accountId, result.kind === 'stored' ? [...result.items] : []] as const;
  })));
  return { kind: 'stored', items: events.map((event) => results.get(event.accountId)?.shift() as AppendedEvent) };
}

function toAppended({ status, event_id: eventId, code }: Item): AppendedEvent {
  if (status === 'rejected' || eventId === undefined) throw new HooklineError('invariant_broken', `an event that was taken here was refused where it is kept: ${code ?? ''}`);
  return { status, eventId, position: 0 };
}

/** The event as it would have been sent to the other process at once. */
async function printDraft(event: EventDraft, contentOf: ForwardAppenderOptions['contentOf']): Promise<string> {
  const content = event.contentRef?.startsWith('sha256:') ? await contentOf(event.accountId, event.contentRef) : null;
  const more = [
    event.callerId === null ? '' : `,"event_id":${JSON.stringify(event.callerId)}`,
    event.profile === null ? '' : `,"profile":${event.profile}`,
    event.customData === null ? '' : `,"custom_data":${event.customData}`,
    content === null ? '' : `,"content":${content}`,
  ];
  return `${event.base}${more.join('')}}`.replaceAll('\n', ' ');
}
