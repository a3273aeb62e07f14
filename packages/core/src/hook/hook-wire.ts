import type { HookFilters, HookRequest, HookSelection } from './hook.ts';
import { mapSecrets } from './hook-secrets.ts';

/** What a hook and a draft of one have in common. */
export interface WritableHook {
  readonly name: string;
  readonly active: boolean;
  readonly selection: HookSelection;
  readonly request: HookRequest;
}

/** The part of a hook's object that its owner writes, as it is read. */
export interface HookWire {
  readonly name: string;
  readonly active: boolean;
  readonly database_id: number | null;
  readonly events: readonly string[];
  readonly filters: HookFilters;
  readonly request: Readonly<Record<string, unknown>>;
  readonly custom_data: HookSelection['customData'];
  readonly include_content: boolean;
  readonly include_event_id: boolean;
}

const IS_SET = { set: true };

/** The wire object of a hook, secrets as `{"set": true}`. `parseHookInput` of it, over the same hook, gives the same hook. */
export function hookToWire(hook: WritableHook): HookWire {
  const { selection } = hook;
  return {
    name: hook.name,
    active: hook.active,
    database_id: selection.databaseId,
    events: selection.events,
    filters: selection.filters,
    request: requestToWire(hook.request),
    custom_data: selection.customData,
    include_content: selection.includeContent,
    include_event_id: selection.includeEventId,
  };
}

function requestToWire(request: HookRequest): Readonly<Record<string, unknown>> {
  const wire: Record<string, unknown> = { ...mapSecrets(request, () => IS_SET as never) };
  // Of a rotation only the current secret is the owner's to write.
  delete wire.previous_signing_secret;
  delete wire.previous_signing_secret_until;
  return wire;
}
