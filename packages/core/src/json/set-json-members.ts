import { jsonMembers } from './json-members.ts';

/**
 * An object's text with some of its top-level members set to other raw values: those it has keep their place, new ones follow. Everything else keeps its bytes.
 * `object` has passed the scanner, so no key comes twice.
 */
export function setJsonMembers(object: string, values: ReadonlyMap<string, string>): string {
  const members = jsonMembers(object);
  let text = '';
  let copiedTo = 0;
  const left = new Map(values);
  for (const { key, valueStart, valueEnd } of members) {
    const value = left.get(key);
    if (value === undefined) continue;
    left.delete(key);
    text += object.slice(copiedTo, valueStart) + value;
    copiedTo = valueEnd;
  }
  const last = members.at(-1);
  const end = last === undefined ? object.indexOf('{') + 1 : last.valueEnd;
  text += object.slice(copiedTo, end);
  let isFirst = last === undefined;
  for (const [key, value] of left) {
    text += `${isFirst ? '' : ','}${JSON.stringify(key)}:${value}`;
    isFirst = false;
  }
  return text + object.slice(end);
}
