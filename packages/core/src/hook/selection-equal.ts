import type { HookSelection } from './hook.ts';

/**
 * Whether two selections are the same one, order included: the order of fields and template keys is the order of their bytes, and a selection reads back as it was
 * saved. Different = the hook gets a new version; a change of the destination alone never does.
 */
export function isSameSelection(a: HookSelection, b: HookSelection): boolean {
  return fingerprint(a) === fingerprint(b);
}

function fingerprint(selection: HookSelection): string {
  const { filters, customData } = selection;
  return JSON.stringify([
    selection.databaseId,
    selection.events.map((type) => [type, Object.hasOwn(selection.subjects, type) ? [...(selection.subjects[type] ?? [])].sort() : null]),
    [filters.resources, filters.mailings, filters.templates, filters.segments, filters.pixels],
    customData.fields,
    Object.entries(customData.template),
    selection.includeContent,
    selection.includeEventId,
  ]);
}
