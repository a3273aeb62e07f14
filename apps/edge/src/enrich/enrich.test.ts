import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePlaceFile } from '../../test/place-file.ts';
import { createAgentReader } from './agent-reader.ts';
import { openPlaceFile } from './open-place-file.ts';
import { topLevelDomain } from './place-reader.ts';
import { placeOfRequest } from './request-place.ts';

describe('places from a file', () => {
  let folder: string;
  const lyon = { country: { iso_code: 'FR' }, subdivisions: [{ names: { en: 'Rhone' } }], city: { names: { en: 'Lyon', fr: 'Lyon!' } }, postal: { code: '69001' }, location: { time_zone: 'Europe/Paris', latitude: 45.76, longitude: 4.83 } };
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hookline-places-'));
    writePlaceFile(path.join(folder, 'places.mmdb'), { '192.0.2.0/24': lyon, '198.51.100.7/32': { country: { iso_code: 'GB' } }, '203.0.113.0/24': { continent: { code: 'EU' } } });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are found by address, twice the same', () => {
    const read = openPlaceFile(path.join(folder, 'places.mmdb'));
    const place = { country: '.fr', region: 'Rhone', city: 'Lyon', postal_code: '69001', tz: 'Europe/Paris', lat: 45.76, lon: 4.83 };
    expect([read('192.0.2.1'), read('192.0.2.1'), read('192.0.2.255')]).toEqual([place, place, place]);
    expect(read('198.51.100.7')).toEqual({ country: '.uk' });
    expect([read('198.51.100.8'), read('10.0.0.1'), read('2001:db8::1'), read(''), read('nonsense')]).toEqual([null, null, null, null, null]);
    expect(read('203.0.113.1')).toEqual({});
  });

  it('a file that is none is a wrong configuration', () => {
    writeFileSync(path.join(folder, 'other'), 'x'.repeat(10_000));
    for (const name of ['other', 'missing']) expect(() => openPlaceFile(path.join(folder, name))).toThrow(expect.objectContaining({ code: 'config_invalid' }));
  });
});

describe('places from the platform', () => {
  it('come with the request', () => {
    const cf = { country: 'FR', region: 'Rhone', city: 'Lyon', postalCode: '69001', timezone: 'Europe/Paris', latitude: '45.76', longitude: '4.83', colo: 'CDG' };
    expect(placeOfRequest(cf)).toEqual({ country: '.fr', region: 'Rhone', city: 'Lyon', postal_code: '69001', tz: 'Europe/Paris', lat: 45.76, lon: 4.83 });
  });

  it.each([undefined, null, 'x', {}, { country: 'T1' }, { country: 'XX', city: '' }, { latitude: 'x', longitude: '1' }])('are not there in %j', (cf) => expect(placeOfRequest(cf)).toBeNull());

  it('a country is its top-level domain', () => expect(['FR', 'GB', 'T1', 'XX', 'fr', 1, undefined].map(topLevelDomain)).toEqual(['.fr', '.uk', undefined, undefined, undefined, undefined, undefined]));
});

describe('user agents', () => {
  const read = createAgentReader();
  it.each([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36', { browser: 'Chrome', os: 'Windows 10', device: 'web' }],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1', { browser: 'Safari', os: 'iOS 17.4', device: 'mobile' }],
    ['Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0 Safari/537.36', { browser: 'Chrome', os: 'Android 14', device: 'tablet' }],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', { browser: 'Googlebot', device: 'bot' }],
    ['ExampleBrowser/1.0', {}],
  ])('%s', (header, seen) => {
    expect(read(header)).toEqual({ user_agent: header, ...seen });
    expect(read(header)).toBe(read(header));
  });

  it('empty or missing ones say nothing', () => expect([read(''), read(null)]).toEqual([null, null]));
});
