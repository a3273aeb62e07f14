// Where Hookline may connect to. The literal half: what can be said of a URL, a host or an address without asking a resolver. Saving a hook asks `checkUrl` and
// `checkHost`; every dial asks `checkAddress` for every address the name resolved to, so that a name that changes its mind gains nothing.
//
// Deliberately not here: resolving, and pinning the socket to a checked address. Whoever dials does both.

import { HooklineError } from '../problem/hookline-error.ts';
import type { Problem } from '../problem/problem.ts';
import { type AllowedDestinations, parseAllowedDestinations } from './allowed-destinations.ts';
import { isDestinationPort, PORT_MAX } from './destination-port.ts';
import { type Host, isLocalName, parseHost } from './host.ts';
import { parseIp, unmapIp } from './ip-address.ts';
import { isPublicAddress, isThisMachine } from './public-address.ts';

/** Longer ones meet limits of proxies and servers on the way (2,083 in old clients). */
export const URL_CHARS_MAX = 2_048;

export interface SelfAddress {
  readonly host: string;
  readonly port: number;
}

export interface AddressPolicyOptions {
  /** `HOOKLINE_ALLOW_DESTINATIONS`: CIDRs, addresses, host names. For these `http:` and every port are fine. */
  readonly allow: readonly string[];
  /** `HOOKLINE_ALLOW_HTTP`: `http:` to public destinations. */
  readonly allowHttp: boolean;
  /**
   * Where we listen and are known; who listens on 0.0.0.0 names its interfaces' addresses too. 127/8, 0.0.0.0, [::1], [::] and localhost are one and the same place.
   * Read at every check: an entry may be added once its port is known.
   */
  readonly self: readonly SelfAddress[];
}

export type RefusalCode = 'address_forbidden' | 'port_forbidden' | 'self';
export type AddressVerdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: RefusalCode; readonly message: string };

/** All checks are pure and cheap; none contacts anything. */
export interface AddressPolicy {
  /** A destination URL: the first problem (path ''), or the URL as it is stored: fragment dropped, host in punycode. */
  checkUrl(url: string): Problem | { readonly url: string };
  /** A broker's host and port. Path '/port' where the port is what is wrong, else '/host'. */
  checkHost(host: string, port: number): Problem | null;
  /** One resolved address right before a dial; `hostName` is what was resolved, null for a literal. */
  checkAddress(ip: string, hostName: string | null, port: number): AddressVerdict;
  /** Whether the owner of this installation let the name or address through by name or CIDR. */
  isAllowedHost(name: string): boolean;
}

/** Throws `config_invalid` when an entry of `allow` cannot be read; `parseAllowedDestinations` tells them all beforehand. */
export function createAddressPolicy(options: AddressPolicyOptions): AddressPolicy {
  const parsed = parseAllowedDestinations(options.allow);
  if (!parsed.ok) throw new HooklineError('config_invalid', parsed.problems.map((problem) => problem.message).join(' '));
  const allowed = parsed.value;
  return {
    checkUrl: (url) => checkUrl(url, allowed, options),
    checkHost(text, port) {
      const host = parseHost(text);
      if (host === null) return { path: '/host', code: 'host_invalid', message: 'Must be a host name or an address, without scheme, port or credentials.' };
      const refusal = refuseHost(host, port, allowed, options.self);
      return refusal === null ? null : { path: refusal.code === 'port_forbidden' ? '/port' : '/host', ...refusal };
    },
    checkAddress(ipText, hostName, port) {
      const ip = parseIp(ipText);
      const name = hostName === null ? null : parseHost(hostName);
      if (ip === null) return refused('address_forbidden');
      const literal: Host = { kind: 'ip', text: ipText, ip };
      if (isSelf(literal, port, options.self) || (name !== null && isSelf(name, port, options.self))) return refused('self');
      if (allowed.hasAddress(ip) || (name !== null && allowed.hasHost(name))) return { allowed: true };
      if (!isPublicAddress(ip)) return refused('address_forbidden');
      return isDestinationPort(port) ? { allowed: true } : refused('port_forbidden');
    },
    isAllowedHost(text) {
      const host = parseHost(text);
      return host !== null && allowed.hasHost(host);
    },
  };
}

const MESSAGES: Readonly<Record<RefusalCode, string>> = {
  address_forbidden: 'Is not on the public internet; HOOKLINE_ALLOW_DESTINATIONS can let it through.',
  port_forbidden: 'This port is no destination: 80, 443 and most from 1024 on are.',
  self: 'Is an address of Hookline itself.',
};

function refused(reason: RefusalCode): AddressVerdict {
  return { allowed: false, reason, message: MESSAGES[reason] };
}

function checkUrl(text: string, allowed: AllowedDestinations, options: AddressPolicyOptions): Problem | { readonly url: string } {
  const problem = (code: string, message: string): Problem => ({ path: '', code, message });
  if (text.length > URL_CHARS_MAX) return problem('url_too_long', `Must be at most ${URL_CHARS_MAX} characters.`);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'https' && scheme !== 'http') return problem('scheme_forbidden', 'Must be an https: URL.');
  // The authority as it was typed: a backslash ends it for the URL parser but not for everyone who reads the URL.
  if (/^[a-z]+:\/\/([^/?#]*)/i.exec(text)?.[1]?.includes('@')) return problem('userinfo_forbidden', 'Must not carry a user name or a password; use auth.');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the URL parser would drop them silently
  const url = /^https?:\/\/[^/?#]/i.test(text) && !/[\u0000-\u0020\u007f\\]/.test(text) ? URL.parse(text) : null;
  const host = url === null ? null : parseHost(url.hostname);
  if (url === null || host === null) return problem('url_invalid', 'Must be an absolute https: URL, without spaces, control characters and backslashes.');
  const refusal = refuseHost(host, portOf(url), allowed, options.self);
  if (refusal !== null && refusal.code !== 'port_forbidden') return { path: '', ...refusal };
  if (url.protocol === 'http:' && !options.allowHttp && !allowed.hasHost(host)) return problem('scheme_forbidden', 'Must be an https: URL; HOOKLINE_ALLOW_HTTP or HOOKLINE_ALLOW_DESTINATIONS can let http: through.');
  if (refusal !== null) return { path: '', ...refusal };
  url.hash = '';
  return url.href.length > URL_CHARS_MAX ? problem('url_too_long', `Must be at most ${URL_CHARS_MAX} characters, encoded.`) : { url: url.href };
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function refuseHost(host: Host, port: number, allowed: AllowedDestinations, self: readonly SelfAddress[]): { readonly code: RefusalCode; readonly message: string } | null {
  const refuse = (code: RefusalCode) => ({ code, message: MESSAGES[code] });
  if (isSelf(host, port, self)) return refuse('self');
  if (allowed.hasHost(host)) return port >= 1 && port <= PORT_MAX ? null : refuse('port_forbidden');
  if (host.kind === 'ip' ? !isPublicAddress(host.ip) : isLocalName(host.text)) return refuse('address_forbidden');
  return isDestinationPort(port) ? null : refuse('port_forbidden');
}

function isSelf(host: Host, port: number, self: readonly SelfAddress[]): boolean {
  return self.some((own) => {
    const ownHost = own.port === port ? parseHost(own.host) : null;
    return ownHost !== null && (isSameHost(host, ownHost) || (meansThisMachine(host) && meansThisMachine(ownHost)));
  });
}

function meansThisMachine(host: Host): boolean {
  if (host.kind === 'ip') return isThisMachine(unmapIp(host.ip));
  return /(^|\.)localhost$/.test(host.text) || host.text.startsWith('localhost.');
}

function isSameHost(a: Host, b: Host): boolean {
  if (a.kind === 'name' || b.kind === 'name') return a.text === b.text;
  const [left, right] = [unmapIp(a.ip), unmapIp(b.ip)];
  return left.family === right.family && left.value === right.value;
}
