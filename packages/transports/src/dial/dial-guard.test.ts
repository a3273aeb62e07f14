import net from 'node:net';
import { createAddressPolicy } from '@hookline/core';
import { describe, expect, it } from 'vitest';
import { ADDRESS_FORBIDDEN, createDialGuard } from './dial-guard.ts';

const policy = createAddressPolicy({ allow: [], allowHttp: true, self: [] });
const names: Record<string, { address: string; family: number }[]> = {
  'public.example': [{ address: '93.184.216.34', family: 4 }, { address: '2606:2800:220:1:248:1893:25c8:1946', family: 6 }],
  'mixed.example': [{ address: '93.184.216.34', family: 4 }, { address: '::1', family: 6 }],
  'empty.example': [],
};
const guard = createDialGuard(policy, async (name) => names[name] ?? []);
const lookUp = (name: string, options: net.LookupFunction extends (h: string, o: infer O, c: never) => void ? O : never): Promise<unknown> =>
  new Promise((resolve, reject) => guard.lookup(443)(name, options, (error, address) => (error ? reject(error) : resolve(address))));

describe('createDialGuard', () => {
  it.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '[::1]', '::ffff:127.0.0.1'])('refuses the literal %s, which no lookup sees', (host) => {
    expect(guard.checkLiteral(host, 443)?.code).toBe(ADDRESS_FORBIDDEN);
  });

  it('lets a public literal through, and says nothing about names', () => {
    expect(guard.checkLiteral('93.184.216.34', 443)).toBeNull();
    expect(guard.checkLiteral('localhost', 443)).toBeNull();
  });

  it('refuses a name of which one address is forbidden', async () => {
    await expect(lookUp('mixed.example', { all: true })).rejects.toMatchObject({ code: ADDRESS_FORBIDDEN });
    await expect(guard.resolve('mixed.example', 443)).rejects.toMatchObject({ code: ADDRESS_FORBIDDEN });
  });

  it('gives the checked addresses, all or of the family that is asked for', async () => {
    await expect(lookUp('public.example', { all: true })).resolves.toEqual(names['public.example']);
    await expect(lookUp('public.example', { family: 6 })).resolves.toBe('2606:2800:220:1:248:1893:25c8:1946');
    await expect(lookUp('public.example', {})).resolves.toBe('93.184.216.34');
  });

  it('has no address where the resolver has none', async () => {
    await expect(lookUp('empty.example', {})).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('is what a socket dials by', async () => {
    const server = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const local = createDialGuard({ ...policy, checkAddress: () => ({ allowed: true }) }, async () => [{ address: '127.0.0.1', family: 4 }]);
    const socket = net.connect({ host: 'anything.example', port, lookup: local.lookup(port) });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
    server.close();
  });
});
