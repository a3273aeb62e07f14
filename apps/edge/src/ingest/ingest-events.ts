import { createHash } from 'node:crypto';
import { type AcceptedEvent, type EventContext, type EventDraft, isHooklineError, LIMITS, parseEvents, type ParsedEvent } from '@hookline/core';
import type { AppendedEvent, IdempotentRequest, Token } from '@hookline/store';
import { authenticate } from '../auth/authenticate.ts';
import { parseAccountHeader } from '../auth/resolve-account.ts';
import { hasScope } from '../auth/scopes.ts';
import type { EdgeDeps } from '../edge-deps.ts';
import { type ContentEncoding, decodeContent, parseContentEncoding } from '../http/decode-content.ts';
import { type BodyFormat, parseMediaType } from '../http/media-type.ts';
import { createDeadline } from '../http/read-body.ts';
import { isRefusal, refuse, refuseForNow, refuseProblems, type Refusal } from '../http/refusal.ts';
import { refuseStoreFailure } from '../http/refuse-store-failure.ts';
import { EDGE_LIMITS } from '../limits.ts';
import type { EdgeMetrics } from '../metrics.ts';
import { parseQuery } from '../route/read-call.ts';
import { ingestQuery } from '../schemas/event-schemas.ts';
import { eventTypeOf } from './event-types-of-account.ts';
import { hashBody, parseIdempotencyKey } from './idempotency-key.ts';
import { createIngestRate } from './ingest-rate.ts';
import { printIngestAnswer } from './print-ingest-answer.ts';

// `POST /v1/events` without a server around it: any runtime that has headers and bytes can call it. Two steps, so that nothing is read for a request that is
// refused by its headers alone.

export const INGEST_PATH = '/v1/events';
/** How long after the last events their like is to be expected. */
const BUSY_MS = 1_000;

/** Header values as they came; missing = null or undefined. */
export interface IngestHeaders {
  readonly authorization: string | null | undefined;
  readonly account: string | null | undefined;
  readonly contentType: string | null | undefined;
  readonly contentEncoding: string | null | undefined;
  readonly idempotencyKey: string | null | undefined;
}

/** A request that may be read. */
export interface OpenedIngest {
  readonly token: Token;
  readonly headerAccountId: number | null;
  readonly format: BodyFormat;
  readonly encoding: ContentEncoding | null;
  readonly idempotencyKey: string | null;
  readonly verbose: boolean;
}

export interface IngestAnswer {
  readonly text: string;
  readonly replay: boolean;
}

export interface Ingest {
  /** Everything that can be said before the body is read. `query` is what follows the `?`, '' = nothing. */
  open(headers: IngestHeaders, query: string): OpenedIngest | Refusal;
  /** Resolves with the 202 when the events are durable. Never rejects for what a body holds or a store does. */
  finish(opened: OpenedIngest, body: Uint8Array): Promise<IngestAnswer | Refusal>;
  /** Whether events have come in lately: bulk work then takes less for itself. */
  isBusy(): boolean;
}

export function createIngest(deps: EdgeDeps, metrics: EdgeMetrics): Ingest {
  const { control, clock } = deps;
  const rate = createIngestRate(clock, deps.config.ingestEventsPerSecMax ?? EDGE_LIMITS.ingestEventsPerSecMax);
  let lastAt = Number.NEGATIVE_INFINITY;
  const accountExists = (id: number): boolean => control.accounts.exists(id);
  const eventType: EventContext['eventType'] = (accountId, type) => eventTypeOf(control.eventTypes, accountId, type);

  return {
    open(headers, query) {
      const token = authenticate(control.tokens, headers.authorization, clock.now());
      if (isRefusal(token)) return token;
      if (!hasScope(token, 'events:write')) return refuse(403, 'scope', 'This needs the scope events:write.');
      const headerAccountId = parseAccountHeader(headers.account);
      if (isRefusal(headerAccountId)) return headerAccountId;
      if (headerAccountId !== null) {
        if (token.accountId !== null && headerAccountId !== token.accountId) return refuse(403, 'account_forbidden', "The account is not this token's.");
        if (token.accountId === null && !accountExists(headerAccountId)) return refuse(422, 'account_unknown', 'This account has not been made.');
      }
      const tooFast = rate.refuseIfOver(token.accountId ?? headerAccountId);
      if (tooFast !== null) return tooFast;
      const verbose = parseVerbose(query);
      if (isRefusal(verbose)) return verbose;
      const format = parseMediaType(headers.contentType, ['json', 'ndjson']);
      if (isRefusal(format)) return format;
      const encoding = parseContentEncoding(headers.contentEncoding);
      if (isRefusal(encoding)) return encoding;
      const idempotencyKey = parseIdempotencyKey(headers.idempotencyKey);
      if (isRefusal(idempotencyKey)) return idempotencyKey;
      return { token, headerAccountId, format, encoding, idempotencyKey, verbose };
    },

    isBusy: () => clock.monotonic() - lastAt < BUSY_MS,

    async finish(opened, encoded) {
      lastAt = clock.monotonic();
      const body = opened.encoding === null ? encoded : await decodeContent(encoded, opened.encoding, LIMITS.bodyBytesMax);
      if (isRefusal(body)) return body;
      const parsed = parseEvents(body, opened.format, { nowMs: clock.now(), tokenAccountId: opened.token.accountId, headerAccountId: opened.headerAccountId, accountExists, eventType });
      if (!parsed.ok) return refuseProblems(parsed.status, parsed.problems);
      const { single } = parsed.value;
      const items = rate.take(parsed.value.items);
      if (isRefusal(items)) return items;
      const [only] = items;
      if (single && only !== undefined && !only.ok) {
        metrics.countEvents(0, 0, 1);
        return refuseProblems(only.status, [...only.problems].sort((a, b) => leads(b, only) - leads(a, only)));
      }
      const accepted = items.filter((event) => event.ok);
      if (accepted.length === 0 && opened.idempotencyKey === null) {
        const answer = printIngestAnswer(items, [], opened.verbose);
        metrics.countEvents(0, 0, answer.rejected);
        return { text: answer.text, replay: false };
      }
      return appendInTime(opened, items, accepted, body);
    },
  };

  async function appendInTime(opened: OpenedIngest, items: readonly ParsedEvent[], accepted: readonly AcceptedEvent[], body: Uint8Array): Promise<IngestAnswer | Refusal> {
    const deadline = createDeadline(EDGE_LIMITS.appendTimeoutMs);
    try {
      const settled = await Promise.race([append(opened, items, accepted, body), deadline.reached]);
      if (settled !== 'deadline') return settled;
      metrics.countUnaccepted(accepted.length);
      return refuseForNow('store_unavailable', 'It is not known yet whether this was stored. Sending it again with the same ids is safe.', 1);
    } catch (error: unknown) {
      if (!isHooklineError(error)) throw error;
      metrics.countUnaccepted(accepted.length);
      return refuseStoreFailure(error);
    } finally {
      deadline.cancel();
    }
  }

  async function append(opened: OpenedIngest, items: readonly ParsedEvent[], accepted: readonly AcceptedEvent[], body: Uint8Array): Promise<IngestAnswer | Refusal> {
    const events = accepted.some((event) => event.content !== null) ? await Promise.all(accepted.map(keepContent)) : accepted.map((event) => event.draft);
    let answer: ReturnType<typeof printIngestAnswer> | undefined;
    const print = (appended: readonly AppendedEvent[]): string => (answer = printIngestAnswer(items, appended, opened.verbose)).text;
    const { idempotencyKey: key } = opened;
    const idempotency: IdempotentRequest | null =
      key === null ? null : { accountId: opened.token.accountId ?? opened.headerAccountId ?? 0, path: INGEST_PATH, key, bodyHash: hashBody(body, opened.format), answer: print };
    const result = await deps.logs[0].append(idempotency === null ? { events } : { events, idempotency });
    if (result.kind === 'mismatch') return refuse(422, 'idempotency_mismatch', 'This Idempotency-Key came before with another body.');
    if (result.kind === 'replay') return { text: result.answer, replay: true };
    const text = answer?.text ?? print(result.items);
    if (answer !== undefined) metrics.countEvents(answer.accepted, answer.duplicates, answer.rejected);
    return { text, replay: false };
  }

  /** Content that came with an event is stored first, under its hash. Where there is no room for it the event goes on without: events never wait for content. */
  async function keepContent(event: AcceptedEvent): Promise<EventDraft> {
    if (event.content === null) return event.draft;
    const contentRef = `sha256:${createHash('sha256').update(event.content).digest('hex')}`;
    await control.content.put(event.draft.accountId, contentRef, event.content, clock.now());
    return { ...event.draft, contentRef };
  }
}

/** `verbose=1` lists all items. The common case has no query. */
function parseVerbose(query: string): boolean | Refusal {
  if (query === '') return false;
  const parsed = parseQuery(ingestQuery, new URLSearchParams(query));
  return isRefusal(parsed) ? parsed : parsed.verbose === '1' || parsed.verbose === 'true';
}

const leads = (problem: { readonly code: string; readonly path: string }, event: { readonly code: string; readonly path: string }): number =>
  Number(problem.code === event.code && problem.path === event.path);
