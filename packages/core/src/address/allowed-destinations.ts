import type { Parsed, Problem } from '../problem/problem.ts';
import { type Host, parseHost } from './host.ts';
import { type IpAddress, type IpRange, isInRange, parseIpRange } from './ip-address.ts';

/** What `HOOKLINE_ALLOW_DESTINATIONS` lets through besides the public internet. */
export interface AllowedDestinations {
  hasAddress(ip: IpAddress): boolean;
  hasHost(host: Host): boolean;
}

/** Entries are CIDRs, single addresses or host names (exact, no wildcards). Paths of problems are `/<index>`. */
export function parseAllowedDestinations(entries: readonly string[]): Parsed<AllowedDestinations> {
  const ranges: IpRange[] = [];
  const names = new Set<string>();
  const problems: Problem[] = [];
  for (const [index, entry] of entries.entries()) {
    const text = entry.trim();
    const range = parseIpRange(text.replace(/^\[(.*)\]$/, '$1'));
    const host = range === null ? parseHost(text) : null;
    if (range !== null) ranges.push(range);
    else if (host?.kind === 'name') names.add(host.text);
    else problems.push({ path: `/${index}`, code: 'destination_invalid', message: `${JSON.stringify(text.slice(0, 100))} is neither a CIDR nor a host name.` });
  }
  if (problems.length > 0) return { ok: false, status: 422, problems };
  const hasAddress = (ip: IpAddress): boolean => ranges.some((range) => isInRange(ip, range));
  return { ok: true, value: { hasAddress, hasHost: (host) => (host.kind === 'ip' ? hasAddress(host.ip) : names.has(host.text)) } };
}
