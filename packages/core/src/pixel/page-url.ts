import { cutText } from './cut-text.ts';
import { PIXEL_LIMITS } from './pixel-limits.ts';

const USERINFO = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#]*@/;
const NOT_VISIBLE = /[\u0000-\u0020\u007f]/;

/** Query keys, in lower case, whose values are secrets more often than not. */
export const SECRET_QUERY_KEYS: readonly string[] = [
  'access_token', 'api_key', 'apikey', 'auth', 'authorization', 'client_secret', 'code', 'id_token', 'jwt', 'key', 'passwd', 'password', 'pwd', 'refresh_token', 'secret', 'session', 'session_id', 'sessionid', 'sid', 'sig', 'signature', 'token',
];

/**
 * The address of a page as it may be kept: without user name and password, without the query keys named, without a fragment that holds one of them, and cut.
 * null = not an absolute URL. What is kept keeps its spelling.
 */
export function stripPageUrl(text: string, secretKeys: ReadonlySet<string>): string | null {
  const trimmed = text.trim();
  if (trimmed === '' || NOT_VISIBLE.test(trimmed) || !URL.canParse(trimmed)) return null;
  // The parser takes a backslash for a slash: what stands before an @ may hide behind one.
  const visible = trimmed.replaceAll('\\', '/');
  const bare = USERINFO.test(visible) ? visible.replace(USERINFO, '$1') : visible;
  const [beforeFragment, fragment] = splitAt(bare, '#');
  const [place, query] = splitAt(beforeFragment, '?');
  const kept = query === null ? null : dropKeys(query, secretKeys);
  const keptFragment = fragment === null || hasKey(fragment, secretKeys) ? '' : `#${fragment}`;
  return cutText(`${place}${kept === null || kept === '' ? '' : `?${kept}`}${keptFragment}`, PIXEL_LIMITS.pageUrlBytesMax);
}

function splitAt(text: string, mark: string): [before: string, after: string | null] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

const isSecret = (pair: string, secretKeys: ReadonlySet<string>): boolean => secretKeys.has(looseDecode(splitAt(pair, '=')[0]).toLowerCase());

function dropKeys(query: string, secretKeys: ReadonlySet<string>): string {
  return query.split('&').filter((pair) => !isSecret(pair, secretKeys)).join('&');
}

function hasKey(fragment: string, secretKeys: ReadonlySet<string>): boolean {
  return fragment.split(/[&?/!]/).some((pair) => pair.includes('=') && isSecret(pair, secretKeys));
}

/** A foreign page may spell its names in any way; one that cannot be decoded is compared as it stands. */
export function looseDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
