// What counts as the public internet: the IANA special-purpose registries turned round. Of IPv6 only 2000::/3 is global unicast, so the compatible (`::/96`), mapped,
// NAT64, site-local, link-local and multicast forms are outside without being named; what is named lies inside.

import { isInRange, type IpAddress, type IpRange, parseIpRange } from './ip-address.ts';

const NOT_PUBLIC_IPV4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24',
  '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
  // Azure answers machines inside with its metadata here, on an address that looks public.
  '168.63.129.16/32',
];

/** IETF assignments (Teredo, ORCHID, benchmarking), documentation, 6to4, AS112. */
const NOT_PUBLIC_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const GLOBAL_UNICAST_IPV6 = rangesOf(['2000::/3']);
const NOT_PUBLIC = rangesOf([...NOT_PUBLIC_IPV4, ...NOT_PUBLIC_IPV6]);
const THIS_MACHINE = rangesOf(['0.0.0.0/8', '127.0.0.0/8', '::/127']);

/** Global unicast, as the address policy understands it. */
export function isPublicAddress(ip: IpAddress): boolean {
  if (ip.family === 6 && !GLOBAL_UNICAST_IPV6.some((range) => isInRange(ip, range))) return false;
  return !NOT_PUBLIC.some((range) => isInRange(ip, range));
}

/** Loopback, or the unspecified address, which dials the machine itself. */
export function isThisMachine(ip: IpAddress): boolean {
  return THIS_MACHINE.some((range) => isInRange(ip, range));
}

function rangesOf(texts: readonly string[]): readonly IpRange[] {
  return texts.flatMap((text) => parseIpRange(text) ?? []);
}
