import { existsSync, readFileSync } from 'node:fs';

/** Ours, for where the corpora are not: empty, quotes, escapes, controls, line separators, right-to-left, combining, astral, templates, markup. */
const OWN = ['', '"', '\\', '\\u0041', '\u0000\u0001\u001f', '\u2028\u2029', '\u202etest', 'Z\u0301\u0323', '👩‍👩‍👧', '{{uuid}} ${7*7} <%= 1 %>', '</script><img onerror=1>', "'; DROP TABLE events; --", '\ufeffbom', 'a\tb\r\nc'];

/** The big list of naughty strings, which lies beside the repository; a short list of ours where it does not. */
export function naughtyStrings(): readonly string[] {
  const file = new URL('../../../../shared/corpora/naughty-strings.json', import.meta.url);
  if (!existsSync(file)) {
    console.warn('../shared/corpora/naughty-strings.json is not there: a short list of our own stands in for it');
    return OWN;
  }
  return (JSON.parse(readFileSync(file, 'utf8')) as string[]).map((base64) => Buffer.from(base64, 'base64').toString());
}
