import { cutText } from './cut-text.ts';
import { looseDecode } from './page-url.ts';
import { PIXEL_LIMITS } from './pixel-limits.ts';

/** The marks of a campaign (contract.md 3.4); only those that are there. */
export type Utm = Partial<Record<UtmName, string>>;
export type UtmName = 'campaign' | 'content' | 'keyword' | 'medium' | 'source' | 'temp';

export const UTM_NAMES: readonly UtmName[] = ['campaign', 'content', 'keyword', 'medium', 'source', 'temp'];

const BY_PARAMETER: Readonly<Record<string, UtmName>> = {
  utm_campaign: 'campaign', utm_content: 'content', utm_term: 'keyword', utm_keyword: 'keyword', utm_medium: 'medium', utm_source: 'source', utm_temp: 'temp',
};

export const cutUtm = (text: string): string => cutText(text.toWellFormed(), PIXEL_LIMITS.utmBytesMax);

/** From parameters named `utm_…`; the first of each name counts. */
export function utmOfParameters(parameters: Iterable<readonly [name: string, value: string]>): Utm {
  const utm: Utm = {};
  for (const [name, value] of parameters) {
    const mark = Object.hasOwn(BY_PARAMETER, name) ? BY_PARAMETER[name] : undefined;
    if (mark !== undefined && value !== '') utm[mark] ??= cutUtm(value);
  }
  return utm;
}

/** From the query of a page's address. */
export function utmOfPage(url: string | null): Utm {
  const query = url === null ? undefined : url.split('#', 1)[0]?.split('?', 2)[1];
  if (query === undefined || !query.includes('utm_')) return {};
  return utmOfParameters(query.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals === -1 ? [pair, ''] : [looseDecode(pair.slice(0, equals)), looseDecode(pair.slice(equals + 1))];
  }));
}
