// Addresses as numbers. Only the canonical spellings are read here: `127.1`, `0x7f000001` and their kin go through the URL parser first (host.ts).

export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export interface IpRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const BITS = { 4: 32n, 6: 128n } as const;
const MAPPED_PREFIX = 0xffffn;

/** Dotted quad, or IPv6 without brackets and without a zone; null = not an address. */
export function parseIp(text: string): IpAddress | null {
  const value = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  return value === null ? null : { family: text.includes(':') ? 6 : 4, value };
}

/** `10.0.0.0/8`, `fd00::/8`, or a single address; null = neither. Bits behind the prefix do not matter. */
export function parseIpRange(text: string): IpRange | null {
  const [address = '', prefix, ...rest] = text.split('/');
  const ip = parseIp(address);
  if (ip === null || rest.length > 0) return null;
  const bits = BITS[ip.family];
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return null;
  const length = prefix === undefined ? bits : BigInt(prefix);
  if (length > bits) return null;
  const size = 1n << (bits - length);
  const first = (ip.value / size) * size;
  return { family: ip.family, first, last: first + size - 1n };
}

export function isInRange(ip: IpAddress, range: IpRange): boolean {
  return ip.family === range.family && ip.value >= range.first && ip.value <= range.last;
}

/** `::ffff:127.0.0.1` names the same socket as 127.0.0.1. */
export function unmapIp(ip: IpAddress): IpAddress {
  return ip.family === 6 && ip.value >> 32n === MAPPED_PREFIX ? { family: 4, value: ip.value & 0xffff_ffffn } : ip;
}

function parseIpv4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseIpv6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groups = halves.map((half, index) => ipv6Groups(half, index === halves.length - 1));
  const [head, tail] = groups;
  if (head === null || head === undefined || tail === null) return null;
  if (tail === undefined) return head.length === 8 ? joinGroups(head) : null;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? null : joinGroups([...head, ...Array<number>(missing).fill(0), ...tail]);
}

function ipv6Groups(half: string, mayEndInIpv4: boolean): number[] | null {
  if (half === '') return [];
  const groups: number[] = [];
  const parts = half.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const ipv4 = mayEndInIpv4 && index === parts.length - 1 ? parseIpv4(part) : null;
      if (ipv4 === null) return null;
      groups.push(Number(ipv4 >> 16n), Number(ipv4 & 0xffffn));
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(part)) return null;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

function joinGroups(groups: readonly number[]): bigint {
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}
