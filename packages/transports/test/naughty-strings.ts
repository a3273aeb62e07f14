import { readFileSync } from 'node:fs';

/** The big list of naughty strings, which lies beside the repository. */
export function naughtyStrings(): readonly string[] {
  const file = new URL('../../../../shared/corpora/naughty-strings.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as string[]).map((base64) => Buffer.from(base64, 'base64').toString());
}
