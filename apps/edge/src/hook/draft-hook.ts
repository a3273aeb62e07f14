import { type AddressPolicy, type HookDraft, mapSecrets, parseHookInput, type Parsed, secretPlace } from '@hookline/core';
import type { EventTypeStore, Hook, KeyStore } from '@hookline/store';
import { eventTypeOf } from '../ingest/event-types-of-account.ts';
import type { SealedHookDraft } from '../ports.ts';

export interface DraftContext {
  readonly eventTypes: Pick<EventTypeStore, 'ofAccount'>;
  readonly address: AddressPolicy;
  readonly nowMs: number;
}

/** What somebody sent as a hook of this account; over `existing` it keeps what secrets it does not name. */
export function parseHook(context: DraftContext, accountId: number, json: unknown, existing?: Hook): Parsed<HookDraft> {
  return parseHookInput(json, {
    eventType: (type) => eventTypeOf(context.eventTypes, accountId, type),
    address: context.address,
    nowMs: context.nowMs,
    ...(existing === undefined ? {} : { existing }),
  });
}

/** Seals what is new; what was kept is sealed already. */
export function sealDraft(keys: Pick<KeyStore, 'seal'>, accountId: number, hookId: string, draft: HookDraft): SealedHookDraft {
  const request = mapSecrets(draft.request, (secret, field) => ('open' in secret ? { sealed: keys.seal(secret.open, secretPlace(accountId, hookId, field)) } : secret));
  return { id: hookId, accountId, name: draft.name, active: draft.active, selection: draft.selection, request };
}

/** A request with its secrets moved to another hook; null = one of them cannot be opened. */
export function resealRequest(keys: Pick<KeyStore, 'seal' | 'open'>, accountId: number, request: Hook['request'], from: string, to: string): Hook['request'] | null {
  let complete = true;
  const moved = mapSecrets(request, (secret, field) => {
    const open = 'open' in secret ? secret.open : keys.open(secret.sealed, secretPlace(accountId, from, field));
    if (open === null) complete = false;
    return { sealed: keys.seal(open ?? '', secretPlace(accountId, to, field)) };
  });
  return complete ? moved : null;
}
