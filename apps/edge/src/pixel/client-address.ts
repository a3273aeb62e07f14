import { type IpAddress, type IpRange, isInRange, parseIp, parseIpRange, unmapIp } from '@hookline/core';
import type { VisitorRequest } from './visitor-request.ts';

// The address of a visitor. What `X-Forwarded-For` says counts only as far as proxies of ours said it: from the right, hop by hop, while the hop that added an entry is
// one of the configured ones. Everything further left is the visitor's own word.

/** Hops that are looked at: nobody has more proxies of his own, and the header may have hundreds of entries. */
const HOPS_MAX = 16;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

export type ReadClientAddress = (request: Pick<VisitorRequest, 'address' | 'header'>) => string;

/** `trustedProxies` are CIDRs or addresses. The answer is '' where nothing is known. */
export function createClientAddressReader(trustedProxies: readonly string[]): ReadClientAddress {
  const ranges: readonly IpRange[] = trustedProxies.flatMap((text) => parseIpRange(text) ?? []);
  const isTrusted = (ip: IpAddress): boolean => ranges.some((range) => isInRange(ip, range));
  return (request) => {
    const socket = request.address === null ? '' : unmapped(request.address);
    const forwardedFor = ranges.length === 0 ? null : request.header('x-forwarded-for');
    if (forwardedFor === null) return socket;
    let address = socket;
    for (const entry of forwardedFor.split(',').slice(-HOPS_MAX).reverse()) {
      const hop = parseIp(address);
      if (hop === null || !isTrusted(unmapIp(hop))) return address;
      const next = bareAddress(entry.trim());
      // A proxy that passes on what is no address has said nothing more about it.
      if (next === null) return address;
      address = next;
    }
    return address;
  };
}

/** Without brackets and port; null = not an address. */
function bareAddress(entry: string): string | null {
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(entry)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(entry)?.[1] ?? entry;
  if (parseIp(bare) === null) return null;
  return unmapped(bare);
}

const unmapped = (address: string): string => (address.startsWith('::') ? (MAPPED.exec(address)?.[1] ?? address) : address);

/** What counts as one address when requests are counted: of IPv6 the network that one customer is given, or he would have 2^64 of them. */
export function addressGroup(address: string): string {
  if (!address.includes(':')) return address;
  const ip = parseIp(address);
  return ip === null ? address : `${(ip.value >> 64n).toString(16)}/64`;
}
