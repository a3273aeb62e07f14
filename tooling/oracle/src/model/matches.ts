import { SUBJECTS_OF, SUBJECT_KEYS } from './event-types.ts';
import type { HookConfig } from './hook-config.ts';
import type { OracleEvent } from './make-event.ts';

/** contract.md section 0: database, then event type, then the filters. A filter looks only at types that carry its subject; there, an event without it is refused. */
export function matches(hook: HookConfig, event: OracleEvent): boolean {
  if (hook.database_id !== null && hook.database_id !== event.databaseId) return false;
  if (!hook.events.includes(event.type)) return false;
  return (SUBJECTS_OF[event.type] ?? []).every((subject) => {
    const wanted = hook.filters?.[SUBJECT_KEYS[subject].filter] ?? [];
    const id = event.subjects[subject];
    return wanted.length === 0 || (id !== undefined && wanted.includes(id));
  });
}
