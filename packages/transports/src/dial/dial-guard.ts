// Every socket of every transport is dialled through this guard. A name is resolved once, all of its addresses are checked, and exactly a checked address is
// dialled: what DNS says a moment later does not matter. Node never calls `lookup` for an IP literal (measured), so literals are checked apart.
import dns from 'node:dns';
import net from 'node:net';
import type { AddressPolicy } from '@hookline/core';

/** The part of the address policy that dialling needs. */
export type DialPolicy = Pick<AddressPolicy, 'checkUrl' | 'checkAddress'>;

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name. Tests put their own in here. */
export type Resolve = (hostName: string) => Promise<readonly ResolvedAddress[]>;

/** The code of errors that the guard makes; classification looks for it. */
export const ADDRESS_FORBIDDEN = 'HOOKLINE_ADDRESS_FORBIDDEN';

export interface DialGuard {
  /** For IP literals, which no `lookup` sees: null when it may be dialled or is a name. Brackets around IPv6 are fine. */
  checkLiteral(host: string, port: number): NodeJS.ErrnoException | null;
  /** The `lookup` option of `net.connect` and `tls.connect` for dials to this port. */
  lookup(port: number): net.LookupFunction;
  /** All addresses of a name or literal, checked; rejects with the guard's error or the resolver's. */
  resolve(host: string, port: number): Promise<readonly ResolvedAddress[]>;
}

const resolveBySystem: Resolve = (hostName) => dns.promises.lookup(hostName, { all: true });

export function createDialGuard(policy: DialPolicy, resolve: Resolve = resolveBySystem): DialGuard {
  const refuse = (ip: string, hostName: string | null, port: number): NodeJS.ErrnoException | null => {
    const verdict = policy.checkAddress(ip, hostName, port);
    return verdict.allowed ? null : Object.assign(new Error(`${hostName ?? ip}: ${verdict.message}`), { code: ADDRESS_FORBIDDEN });
  };
  const checkLiteral: DialGuard['checkLiteral'] = (host, port) => {
    const literal = withoutBrackets(host);
    return net.isIP(literal) === 0 ? null : refuse(literal, null, port);
  };
  const resolveChecked: DialGuard['resolve'] = async (host, port) => {
    const literal = withoutBrackets(host);
    const family = net.isIP(literal);
    const addresses = family === 0 ? await resolve(host) : [{ address: literal, family }];
    if (addresses.length === 0) throw Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
    for (const { address } of addresses) {
      const refusal = refuse(address, family === 0 ? host : null, port);
      if (refusal !== null) throw refusal;
    }
    return addresses;
  };
  return {
    checkLiteral,
    resolve: resolveChecked,
    lookup: (port) => (host, options, callback) => {
      resolveChecked(host, port).then(
        (addresses) => {
          const wanted = ofFamily(addresses, options.family);
          const first = wanted[0];
          if (first === undefined) callback(Object.assign(new Error(`${host} has no address of the family that was asked for`), { code: 'ENOTFOUND' }), '', 0);
          else if (options.all === true) callback(null, wanted.map(({ address, family }) => ({ address, family })));
          else callback(null, first.address, first.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, '', 0),
      );
    },
  };
}

const withoutBrackets = (host: string): string => (host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host);

function ofFamily(addresses: readonly ResolvedAddress[], family: dns.LookupOptions['family']): readonly ResolvedAddress[] {
  const wanted = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : family;
  return wanted === undefined || wanted === 0 ? addresses : addresses.filter((address) => address.family === wanted);
}
