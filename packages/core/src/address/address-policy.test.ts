import { describe, expect, it } from 'vitest';
import { type AddressPolicyOptions, createAddressPolicy } from './address-policy.ts';

const policy = (options: Partial<AddressPolicyOptions> = {}) => createAddressPolicy({ allow: [], allowHttp: false, self: [{ host: '127.0.0.1', port: 8787 }, { host: 'hooks.example.com', port: 443 }], ...options });
const codeOf = (url: string, options: Partial<AddressPolicyOptions> = {}) => {
  const checked = policy(options).checkUrl(url);
  return 'url' in checked ? 'ok' : checked.code;
};

// E1–E8, E10: places that are not the public internet, however they are written.
const FORBIDDEN_HOSTS = [
  '127.0.0.1', '127.1', '0x7f.1', '0x7f000001', '2130706433', '017700000001', '0177.0.0.1', '127.0.0.1.', '%31%32%37.0.0.1',
  '①②⑦.⓪.⓪.①', '127。0。0。1', '0', '0.0.0.0', '[::]', '1', '[::1]', '[::ffff:127.0.0.1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[::ffff:8.8.8.8]', '[::127.0.0.1]', '[::8.8.8.8]',
  '[64:ff9b::7f00:1]', '[64:ff9b:1::1]', '[2002:7f00:1::]', '[2001::1]', '[2001:0:53aa:64c:0:0:0:1]',
  '[fe80::1]', '[fec0::1]', '[fd00:ec2::254]', '[ff02::1]', '[100::1]', '[2001:db8::1]', '[3fff::1]', '[5f00::1]',
  '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1', '100.100.100.200', '169.254.169.254', '169.254.43518', '0xA9FEA9FE', '192.0.0.192', '192.0.2.1', '192.88.99.1', '198.18.0.1',
  '198.19.255.255', '198.51.100.7', '203.0.113.1', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255', '168.63.129.16',
  'localhost', 'LOCALHOST.', 'localhost.localdomain', 'x.localhost', '%6cocalhost', 'metadata.google.internal', 'metadata', 'metadata.google.internal.', 'rabbit', 'a.b.internal', 'printer.local', 'router.home.arpa',
];
const PUBLIC_HOSTS = [
  '9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '100.63.255.254', '100.128.0.1', '169.253.255.255', '1.1.1.1', '223.255.255.255', '[2606:4700::1111]', '[2a00:1450::1]',
  'crm.example.com', 'xn--e1afmkfd.xn--p1ai', 'localhost.example.com', 'internal.example.com',
];

describe('checkUrl', () => {
  it.each(FORBIDDEN_HOSTS)('refuses https and http to %s by address', (host) => {
    expect(codeOf(`https://${host}/in`)).toBe('address_forbidden');
    expect(codeOf(`http://${host}`)).toBe('address_forbidden');
    expect(codeOf(`http://${host}`, { allowHttp: true })).toBe('address_forbidden');
  });

  it.each(PUBLIC_HOSTS)('lets %s through', (host) => {
    expect(codeOf(`https://${host}/in?x=1`)).toBe('ok');
  });

  it.each([
    // E14
    ['file:///etc/passwd', 'scheme_forbidden'], ['gopher://x.com/', 'scheme_forbidden'], ['ftp://x.com/', 'scheme_forbidden'], ['data:text/plain,x', 'scheme_forbidden'], ['unix:/var/run/x', 'scheme_forbidden'],
    ['http+unix://%2Fvar%2Frun', 'scheme_forbidden'], ['ws://x.com/', 'scheme_forbidden'], ['javascript:alert(1)', 'scheme_forbidden'], ['http://example.com/', 'scheme_forbidden'],
    ['//host.com/', 'url_invalid'], ['http:127.0.0.1', 'url_invalid'], ['http:\\\\127.0.0.1', 'url_invalid'], ['https:\\\\127.0.0.1', 'url_invalid'], ['https:///example.com', 'url_invalid'], [' https://example.com', 'url_invalid'],
    ['https://example.com\u0000', 'url_invalid'], ['ht\ttps://example.com', 'url_invalid'], ['https://exam\tple.com', 'url_invalid'], ['https://example.com ', 'url_invalid'], ['', 'url_invalid'], ['example.com', 'url_invalid'], ['https://', 'url_invalid'],
    ['https://a..b.com', 'url_invalid'], ["https://a'b.com", 'url_invalid'], ['https://[::1', 'url_invalid'], ['https://[fe80::1%25eth0]/', 'url_invalid'], ['https://0o177.0.0.1/', 'url_invalid'], [`https://${'a'.repeat(64)}.com/`, 'url_invalid'],
    // E15
    ['https://user:pw@host.com', 'userinfo_forbidden'], ['https://good.com@evil.com', 'userinfo_forbidden'], ['http://127.0.0.1\\@good.com', 'userinfo_forbidden'], ['http://1.1.1.1 &@2.2.2.2# @3.3.3.3/', 'userinfo_forbidden'],
    ['https://@evil.com', 'userinfo_forbidden'],
    // E16
    ['https://x.com:0/', 'port_forbidden'], ['https://x.com:22/', 'port_forbidden'], ['https://x.com:25/', 'port_forbidden'], ['https://x.com:6379/', 'port_forbidden'], ['https://x.com:11211/', 'port_forbidden'], ['https://x.com:65536/', 'url_invalid'],
    ['https://x.com:80/', 'ok'], ['https://x.com:8443/', 'ok'], ['https://x.com:65535/', 'ok'],
    // E17
    [`https://x.com/${'a'.repeat(2048 - 14)}`, 'ok'], [`https://x.com/${'a'.repeat(2049 - 14)}`, 'url_too_long'], [`https://x.com/${'я'.repeat(1000)}`, 'url_too_long'],
    // E18
    ['https://127.0.0.1:8787/', 'self'], ['http://localhost:8787/', 'self'], ['http://[::1]:8787', 'self'], ['http://0.0.0.0:8787', 'self'], ['http://[::]:8787', 'self'], ['http://[::ffff:127.0.0.1]:8787', 'self'],
    ['http://2130706433:8787', 'self'], ['https://hooks.example.com/v1/events', 'self'], ['https://HOOKS.example.com./v1', 'self'], ['https://hooks.example.com:8443/', 'ok'],
  ])('%j → %s', (url, code) => {
    expect(codeOf(url)).toBe(code);
  });

  it('stores the host in punycode and without a fragment', () => {
    expect(policy().checkUrl('https://пример.рф/путь?q=1#part')).toEqual({ url: 'https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C?q=1' });
    expect(policy().checkUrl('https://a\u00adb.com#x')).toEqual({ url: 'https://ab.com/' });
    expect(policy().checkUrl('HTTPS://CRM.Example.com:443/In')).toEqual({ url: 'https://crm.example.com/In' });
  });

  it('lets http through everywhere public when told so', () => {
    expect(codeOf('http://example.com/', { allowHttp: true })).toBe('ok');
    expect(codeOf('http://example.com:25/', { allowHttp: true })).toBe('port_forbidden');
  });

  it('lets listed destinations through, with http and on every port, but never ourselves', () => {
    const allow = ['127.0.0.0/8', 'fd00::/8', '[::1]', 'rabbit.internal', 'Intra', '10.1.2.3'];
    for (const url of ['http://127.0.0.1:22/', 'http://127.1:1/', 'https://[fd00:ec2::254]/', 'http://[::1]:9000/', 'http://rabbit.internal:22/', 'http://INTRA./', 'https://10.1.2.3:6379/']) expect([url, codeOf(url, { allow })]).toEqual([url, 'ok']);
    for (const url of ['http://127.0.0.1:8787/', 'http://127.9.9.9:8787/', 'http://[::1]:8787/']) expect([url, codeOf(url, { allow })]).toEqual([url, 'self']);
    for (const url of ['http://localhost:9000/', 'https://10.1.2.4/', 'https://other.internal/', 'https://x.rabbit.internal/', 'https://[::ffff:127.0.0.1]/']) expect([url, codeOf(url, { allow })]).toEqual([url, 'address_forbidden']);
    expect(codeOf('http://127.0.0.1:0/', { allow })).toBe('port_forbidden');
    expect(codeOf('http://u@127.0.0.1:9000/', { allow })).toBe('userinfo_forbidden');
    expect(codeOf('ftp://127.0.0.1/', { allow })).toBe('scheme_forbidden');
  });

  it('reads our own addresses at every check', () => {
    const self: { host: string; port: number }[] = [];
    const made = policy({ allow: ['127.0.0.1'], self });
    expect(made.checkUrl('http://127.0.0.1:4000/')).toEqual({ url: 'http://127.0.0.1:4000/' });
    self.push({ host: '0.0.0.0', port: 4000 }, { host: '192.0.2.10', port: 4000 });
    expect(made.checkUrl('http://127.0.0.1:4000/')).toMatchObject({ code: 'self' });
    expect(made.checkAddress('::ffff:192.0.2.10', null, 4000)).toMatchObject({ allowed: false, reason: 'self' });
  });
});

describe('checkHost', () => {
  it.each([
    ['rabbit.example.com', 5672, null], ['1.1.1.1', 9092, null], ['2606:4700::1111', 5671, null], ['[2606:4700::1111]', 5671, null],
    ['127.0.0.1', 5672, '/host address_forbidden'], ['0x7f.1', 5672, '/host address_forbidden'], ['localhost', 5672, '/host address_forbidden'], ['::1', 5672, '/host address_forbidden'], ['10.0.0.1', 5672, '/host address_forbidden'],
    ['broker', 9092, '/host address_forbidden'], ['/var/run/rabbit', 5672, '/host host_invalid'], ['amqp://u:p@x.com', 5672, '/host host_invalid'], ['u@x.com', 5672, '/host host_invalid'], ['x.com:5672', 5672, '/host host_invalid'],
    ['x.com/', 5672, '/host host_invalid'], ['%31.1.1.1', 5672, '/host host_invalid'], ['', 5672, '/host host_invalid'], ['a b', 5672, '/host host_invalid'], ['x.com', 22, '/port port_forbidden'], ['x.com', 0, '/port port_forbidden'],
    ['x.com', 65536, '/port port_forbidden'], ['hooks.example.com', 443, '/host self'],
  ])('%s:%i → %s', (host, port, expected) => {
    const problem = policy().checkHost(host, port);
    expect(problem === null ? null : `${problem.path} ${problem.code}`).toBe(expected);
  });
});

describe('checkAddress', () => {
  const made = policy({ allow: ['10.0.0.0/8', 'db.internal'] });
  it.each([
    ['93.184.216.34', 'example.com', 443, true], ['2606:4700::1111', 'example.com', 5672, true], ['10.2.3.4', 'anything.example.com', 22, true], ['192.168.1.1', 'db.internal', 3306, true], ['192.168.1.1', 'DB.internal.', 3306, true],
    ['127.0.0.1', 'db.internal', 8787, 'self'], ['127.0.0.1', 'rebound.example.com', 443, 'address_forbidden'], ['::1', 'example.com', 443, 'address_forbidden'], ['::ffff:10.0.0.1', null, 443, 'address_forbidden'],
    ['fe80::1%eth0', 'example.com', 443, 'address_forbidden'], ['not an address', null, 443, 'address_forbidden'], ['93.184.216.34', 'example.com', 22, 'port_forbidden'], ['93.184.216.34', 'hooks.example.com', 443, 'self'],
  ] as const)('%s of %s on %i → %s', (ip, name, port, expected) => {
    const verdict = made.checkAddress(ip, name, port);
    expect(verdict.allowed ? true : verdict.reason).toBe(expected);
  });

  it('refuses by address whatever it refuses as a literal', () => {
    for (const host of FORBIDDEN_HOSTS.filter((text) => /^(\d+\.){3}\d+$/.test(text) || text.startsWith('['))) {
      const ip = host.replace(/[[\]]/g, '');
      const canonical = /^0\d/.test(ip) ? '127.0.0.1' : ip;
      expect([host, policy().checkAddress(canonical, 'example.com', 443)]).toMatchObject([host, { allowed: false, reason: 'address_forbidden' }]);
    }
  });
});

it('tells which names are let through', () => {
  const made = policy({ allow: ['10.0.0.0/8', 'db.internal'] });
  expect(['db.internal', 'DB.Internal.', '10.9.9.9', '0x0a000001', 'x.internal', '11.0.0.1', 'no host'].map((name) => made.isAllowedHost(name))).toEqual([true, true, true, true, false, false, false]);
});

it('throws for a list that cannot be read', () => {
  expect(() => policy({ allow: ['10.0.0.0/33', 'http://x.com'] })).toThrow(expect.objectContaining({ code: 'config_invalid' }));
});
