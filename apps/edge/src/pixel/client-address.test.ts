import { describe, expect, it } from 'vitest';
import { addressGroup, createClientAddressReader } from './client-address.ts';

describe('the address of a visitor', () => {
  const reader = (proxies: readonly string[]) => {
    const read = createClientAddressReader(proxies);
    return (address: string | null, forwardedFor: string | null): string => read({ address, header: (name) => (name === 'x-forwarded-for' ? forwardedFor : null) });
  };
  const direct = reader([]);
  const behind = reader(['10.0.0.0/8', '2001:db8::/32']);

  it('is the socket\'s where no proxy is configured', () => {
    expect(direct('192.0.2.1', '198.51.100.7')).toBe('192.0.2.1');
    expect(direct('::ffff:192.0.2.1', null)).toBe('192.0.2.1');
    expect(direct(null, '198.51.100.7')).toBe('');
  });

  it('is what our proxies say of it, from the right', () => {
    expect(behind('10.0.0.1', '198.51.100.7')).toBe('198.51.100.7');
    expect(behind('10.0.0.1', '127.0.0.1, 198.51.100.7')).toBe('198.51.100.7');
    expect(behind('10.0.0.1', '203.0.113.9, 198.51.100.7, 10.0.0.2')).toBe('198.51.100.7');
    expect(behind('::ffff:10.0.0.1', '198.51.100.7:5555')).toBe('198.51.100.7');
    expect(behind('2001:db8::1', '[2001:4860::7]:443')).toBe('2001:4860::7');
    expect(behind('10.0.0.1', '::ffff:198.51.100.7')).toBe('198.51.100.7');
  });

  it('is not the visitor\'s own word', () => {
    expect(behind('192.0.2.1', '127.0.0.1')).toBe('192.0.2.1');
    expect(behind('10.0.0.1', '127.0.0.1, evil')).toBe('10.0.0.1');
    expect(behind('10.0.0.1', '1.2.3.4, fe80::1%eth0, 10.0.0.2')).toBe('10.0.0.2');
    expect(behind('10.0.0.1', `${'127.0.0.1, '.repeat(100)}198.51.100.7`)).toBe('198.51.100.7');
    expect(behind('10.0.0.1', '10.0.0.9, '.repeat(100))).toBe('10.0.0.1');
    expect(behind('10.0.0.1', '')).toBe('10.0.0.1');
  });

  it('counts as a whole network where it is IPv6', () => {
    expect(addressGroup('2001:db8::1')).toBe(addressGroup('2001:db8:0:0:ffff::9'));
    expect(addressGroup('2001:db8::1')).not.toBe(addressGroup('2001:db8:0:1::1'));
    expect([addressGroup('192.0.2.1'), addressGroup('')]).toEqual(['192.0.2.1', '']);
  });
});
