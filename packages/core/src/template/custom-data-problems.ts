import type { HookSelection } from '../hook/hook.ts';
import { utf8ByteLength } from '../message/utf8-byte-length.ts';
import type { Problem } from '../problem/problem.ts';
import { parseTemplate } from './parse-template.ts';

/** Fields and template keys of one hook together (bad-input C12). */
export const CUSTOM_DATA_KEYS_MAX = 1_000;
/** UTF-8; not empty. Any text will do: `__proto__` is a key like others. */
export const CUSTOM_DATA_KEY_BYTES_MAX = 256;
/** UTF-8, as written, before anything is filled in. */
export const CUSTOM_DATA_VALUE_BYTES_MAX = 64 * 1024;

/** Everything that is wrong with a hook's custom data; none = it can be saved. `path` is where `custom_data` stands in the body. */
export function customDataProblems(customData: HookSelection['customData'], path: string): readonly Problem[] {
  const problems: Problem[] = [];
  const entries = Object.entries(customData.template);
  const keyCount = customData.fields.length + entries.length;
  // Too many keys are not looked at one by one.
  if (keyCount > CUSTOM_DATA_KEYS_MAX) return [{ path, code: 'custom_data_too_many_keys', message: `${keyCount} fields and keys; at most ${CUSTOM_DATA_KEYS_MAX} are taken` }];
  const seen = new Set<string>();
  customData.fields.forEach((field, index) => {
    const at = `${path}/fields/${index}`;
    if (seen.has(field)) problems.push({ path: at, code: 'custom_data_field_duplicate', message: 'this field is named twice' });
    seen.add(field);
    problems.push(...keyProblems(field, at));
  });
  for (const [key, value] of entries) {
    const at = `${path}/template/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    problems.push(...keyProblems(key, at));
    const bytes = utf8ByteLength(value);
    if (bytes > CUSTOM_DATA_VALUE_BYTES_MAX) {
      problems.push({ path: at, code: 'custom_data_value_too_long', message: `${bytes} bytes; at most ${CUSTOM_DATA_VALUE_BYTES_MAX} are taken` });
      continue;
    }
    const parsed = parseTemplate(value);
    if (!parsed.ok) problems.push(...parsed.problems.map((problem) => ({ ...problem, path: at })));
  }
  return problems;
}

function keyProblems(key: string, path: string): readonly Problem[] {
  const bytes = utf8ByteLength(key);
  if (bytes >= 1 && bytes <= CUSTOM_DATA_KEY_BYTES_MAX) return [];
  return [{ path, code: 'custom_data_key_length', message: `a key has 1 to ${CUSTOM_DATA_KEY_BYTES_MAX} bytes, this one ${bytes}` }];
}
