import { expect, it } from 'vitest';
import { isInRange, parseIp, parseIpRange } from './ip-address.ts';

it.each([
  ['0.0.0.0', 0n], ['255.255.255.255', 0xffff_ffffn], ['::', 0n], ['::1', 1n], ['1::', 1n << 112n], ['::ffff:1.2.3.4', 0xffff_0102_0304n], ['1:2:3:4:5:6:7:8', 0x0001_0002_0003_0004_0005_0006_0007_0008n], ['1:2:3:4:5:6:1.2.3.4', 0x0001_0002_0003_0004_0005_0006_0102_0304n],
  ['FE80::a', (0xfe80n << 112n) + 10n], ['1::8', (1n << 112n) + 8n],
])('reads %s', (text, value) => {
  expect(parseIp(text)?.value).toBe(value);
});

it.each(['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.-4', ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', '12345::', 'fe80::1%eth0', '1.2.3.4::', '::1.2.3', 'g::', '[::1]', ' 1.2.3.4'])('refuses %j', (text) => {
  expect(parseIp(text)).toBeNull();
});

it('knows where a range begins and ends', () => {
  const range = parseIpRange('172.16.9.9/12');
  const inside = (text: string) => isInRange(parseIp(text) as never, range as never);
  expect(['172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0', '::172.16.0.0'].map(inside)).toEqual([false, true, true, false, false]);
});
