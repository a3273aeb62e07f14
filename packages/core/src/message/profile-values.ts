import { jsonMembers } from '../json/json-members.ts';

/** The members of an event that tell who the profile is. Those it has are null once the profile is deleted; `event_data` stays (engine.md 5). */
const IDENTIFYING: ReadonlySet<string> = new Set(['profile_id', '_xxh', '_md5', 'subscription']);

/**
 * The raw JSON of the wanted members of a profile object, each at its index in `wanted`, with the bytes they came with; undefined where the profile lacks one.
 * Only members of the object itself count, whatever they are called.
 */
export function profileValues(fields: string, wanted: ReadonlyMap<string, number>): readonly (string | undefined)[] {
  const values = new Array<string | undefined>(wanted.size).fill(undefined);
  for (const { key, valueStart, valueEnd } of jsonMembers(fields)) {
    const index = wanted.get(key);
    if (index !== undefined) values[index] = fields.slice(valueStart, valueEnd);
  }
  return values;
}

/** A row's `base` for a deleted profile. */
export function baseWithoutProfile(base: string): string {
  let text = '';
  let copiedTo = 0;
  for (const { key, valueStart, valueEnd } of jsonMembers(base)) {
    if (!IDENTIFYING.has(key)) continue;
    text += `${base.slice(copiedTo, valueStart)}null`;
    copiedTo = valueEnd;
  }
  return text + base.slice(copiedTo);
}
