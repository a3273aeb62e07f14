import { refuse, type Refusal } from './refusal.ts';

/** What the API reads. Merge patches are JSON with a name of their own. */
export type BodyFormat = 'json' | 'ndjson';

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'json',
  'application/merge-patch+json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
};

/** The format a `content-type` names, or why it is refused (415). Names are case-insensitive; the only charset is UTF-8. */
export function parseMediaType(contentType: string | null | undefined, allowed: readonly BodyFormat[]): BodyFormat | Refusal {
  if (contentType === 'application/json' && allowed.includes('json')) return 'json';
  const [name = '', ...parameters] = (contentType ?? '').split(';');
  const format = FORMATS[name.trim().toLowerCase()];
  if (format === undefined || !allowed.includes(format)) {
    const expected = allowed.includes('ndjson') ? 'application/json or application/x-ndjson' : 'application/json';
    return refuse(415, 'media_type_unsupported', `The content type must be ${expected}.`);
  }
  for (const parameter of parameters) {
    const [key = '', value = ''] = parameter.split('=');
    if (key.trim().toLowerCase() !== 'charset') continue;
    if (value.trim().replace(/^"(.*)"$/, '$1').toLowerCase() !== 'utf-8') return refuse(415, 'charset_unsupported', 'The only charset is UTF-8.');
  }
  return format;
}
