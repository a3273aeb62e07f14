import type { Subject } from '../hook/hook.ts';
import type { Problem } from '../problem/problem.ts';
import type { EventDraft } from './log-row.ts';

/** What the door must know from outside to judge an event. */
export interface EventContext {
  /** Unix ms. */
  readonly nowMs: number;
  /** The account of the token; null = a platform token, which may name any account. */
  readonly tokenAccountId: number | null;
  /** The header `hookline-account`: with a platform token the account of events that do not name one. */
  readonly headerAccountId: number | null;
  /** Whether the account was ever made. Asked for platform tokens only. */
  accountExists(accountId: number): boolean;
  /** The account's row of the registry, built-in rows included; undefined = unknown. */
  eventType(accountId: number, eventType: string): { readonly subjects: readonly Subject[] } | undefined;
}

export interface AcceptedEvent {
  readonly index: number;
  readonly ok: true;
  readonly draft: EventDraft;
  /** Raw JSON of the content that came with the event. Whoever stores it puts its reference into the draft's `contentRef`. */
  readonly content: string | null;
}

/** `status`, `code` and `path` are those of the problem that decides; `problems` names all. */
export interface RejectedEvent {
  readonly index: number;
  readonly ok: false;
  readonly status: number;
  readonly code: string;
  readonly path: string;
  readonly problems: readonly Problem[];
}

export type ParsedEvent = AcceptedEvent | RejectedEvent;
