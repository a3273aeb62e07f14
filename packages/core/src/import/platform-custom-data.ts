import { isRawObject } from '../hook/raw-object.ts';
import { jsonPointer } from '../problem/json-pointer.ts';
import { parseTemplate } from '../template/parse-template.ts';
import type { Given, Tell } from './platform-hook.ts';
import { readList } from './platform-words.ts';

export interface CustomData {
  readonly fields: readonly string[];
  readonly template: Readonly<Record<string, string>>;
}

/**
 * `custom_data` as people typed it: field names and `key:value` pairs mixed in one list, an object of pairs, or both apart (`fields`, `template`). The first colon ends
 * the key, as on the settings page. A value with a template that does not exist is left out: a hook with it could not be saved.
 */
export function customDataOf(given: Given | undefined, tell: Tell): CustomData {
  const fields: string[] = [];
  const template = new Map<string, string>();
  const pair = (key: string, value: unknown, path: string): void => {
    const text = typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
    if (text === undefined) return tell(path, 'custom_data_unknown', 'A value must be a text.');
    const parsed = parseTemplate(text);
    if (!parsed.ok) for (const problem of parsed.problems) tell(path, problem.code, problem.message);
    else template.set(key, text);
  };
  const entry = (value: unknown, path: string): void => {
    if (typeof value === 'string') {
      const colon = value.indexOf(':');
      if (colon > 0) pair(value.slice(0, colon).trim(), value.slice(colon + 1).trim(), path);
      else if (!fields.includes(value.trim())) fields.push(value.trim());
    } else if (isRawObject(value) && typeof (value['key'] ?? value['name'] ?? value['field']) === 'string') {
      const key = (value['key'] ?? value['name'] ?? value['field']) as string;
      if (value['value'] === undefined) entry(key, path);
      else pair(key, value['value'], path);
    } else tell(path, 'custom_data_unknown', 'Must be the name of a field, or key:value.');
  };
  if (given === undefined) return { fields, template: {} };
  const { value, path } = given;
  if (!isRawObject(value)) {
    for (const [index, each] of readList(value).entries()) entry(each, jsonPointer(path, Array.isArray(value) ? [index] : []));
  } else {
    for (const [key, each] of Object.entries(value)) {
      const at = jsonPointer(path, [key]);
      if ((key === 'fields' || key === 'profile_fields') && Array.isArray(each)) each.forEach((field, index) => entry(field, jsonPointer(at, [index])));
      else if ((key === 'template' || key === 'pairs') && isRawObject(each)) for (const [name, text] of Object.entries(each)) pair(name, text, jsonPointer(at, [name]));
      else pair(key, each, at);
    }
  }
  return { fields, template: Object.fromEntries(template) };
}
