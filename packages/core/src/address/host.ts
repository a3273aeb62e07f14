// A host as somebody wrote it, brought to the one spelling that everything else compares: the URL parser's, because it maps `127.1`, `0x7f.1`, `①②⑦.⓪.⓪.①` and
// percent-encoding the same way as what dials later.

import { type IpAddress, parseIp } from './ip-address.ts';

export type Host =
  | { readonly kind: 'ip'; readonly text: string; readonly ip: IpAddress }
  /** Lower case, punycode, without the dot at the end. */
  | { readonly kind: 'name'; readonly text: string };

const HOST_CHARS_MAX = 1_024;
const NAME_CHARS_MAX = 253;
const NAME_PATTERN = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
/** What would end a host inside a URL, or open another part of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const NOT_IN_HOST = /[\u0000-\u0020\u007f/?#@\\%:[\]]/;

/** Null = neither a name nor an address. IPv6 with or without brackets; an address comes back without. */
export function parseHost(text: string): Host | null {
  if (text.length > HOST_CHARS_MAX) return null;
  const inBrackets = /^\[(.*)\]$/.exec(text)?.[1];
  if (inBrackets !== undefined || text.includes(':')) return parseIpv6Host(inBrackets ?? text);
  if (text === '' || NOT_IN_HOST.test(text)) return null;
  const hostname = URL.parse(`https://${text}/`)?.hostname;
  if (hostname === undefined) return null;
  const ip = parseIp(hostname);
  if (ip !== null) return { kind: 'ip', text: hostname, ip };
  const name = hostname.replace(/\.$/, '');
  return name.length <= NAME_CHARS_MAX && NAME_PATTERN.test(name) ? { kind: 'name', text: name } : null;
}

function parseIpv6Host(text: string): Host | null {
  if (parseIp(text)?.family !== 6) return null;
  const canonical = URL.parse(`https://[${text}]/`)?.hostname.slice(1, -1);
  const ip = canonical === undefined ? null : parseIp(canonical);
  return canonical === undefined || ip === null ? null : { kind: 'ip', text: canonical, ip };
}

/** Names that mean this machine or the network around it, whatever a resolver says: single labels, reserved suffixes, cloud metadata services. */
export function isLocalName(name: string): boolean {
  const labels = name.split('.');
  return labels.length === 1 || LOCAL_SUFFIXES.has(labels.at(-1) ?? '') || name.endsWith('.home.arpa') || labels[0] === 'metadata';
}

const LOCAL_SUFFIXES = new Set(['localhost', 'localdomain', 'internal', 'local', 'lan', 'home', 'corp', 'intranet', 'private']);
