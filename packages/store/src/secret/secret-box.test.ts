import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecretBox, KEY_BYTES, parseMasterKey } from './secret-box.ts';

const PLACE = '1/hok_1/password';

describe('a secret box', () => {
  const key = randomBytes(KEY_BYTES);
  const box = createSecretBox([key]);

  it.each(['', 'x', 'ключ 😀', 'y'.repeat(10_000)])('opens what it sealed, and seals it differently each time', (plain) => {
    const [first, second] = [box.seal(plain, PLACE), box.seal(plain, PLACE)];
    expect([box.open(first, PLACE), box.open(second, PLACE)]).toEqual([plain, plain]);
    expect(first).not.toBe(second);
  });

  it('refuses every flipped bit', () => {
    const sealed = box.seal('secret', PLACE);
    const [format, id, text] = sealed.split('.') as [string, string, string];
    const bytes = Buffer.from(text, 'base64url');
    const opened = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      return box.open(`${format}.${id}.${changed.toString('base64url')}`, PLACE);
    });
    expect(opened.filter((plain) => plain !== null)).toEqual([]);
  });

  it('refuses another place, another key, a cut and a lengthened ciphertext, and what is none', () => {
    const sealed = box.seal('secret', PLACE);
    const other = createSecretBox([randomBytes(KEY_BYTES)]);
    const opened = [
      box.open(sealed, '1/hok_2/password'),
      box.open(sealed, ''),
      other.open(sealed, PLACE),
      ...['', 'v1', 'v1..', sealed.slice(0, -1), `${sealed}A`, `${sealed}.`.replace('v1', 'v2'), 'v1.00000000.AAAA'].map((text) => box.open(text, PLACE)),
    ];
    expect(opened).toEqual(opened.map(() => null));
  });

  it('opens with every key of its ring and seals with the first', () => {
    const newer = randomBytes(KEY_BYTES);
    const ring = createSecretBox([newer, key]);
    expect(ring.open(box.seal('old', PLACE), PLACE)).toBe('old');
    expect([box.open(ring.seal('new', PLACE), PLACE), createSecretBox([newer]).open(ring.seal('new', PLACE), PLACE)]).toEqual([null, 'new']);
  });
});

describe('a master key', () => {
  it('is 32 bytes in base64', () => {
    const key = randomBytes(KEY_BYTES);
    expect([parseMasterKey(key.toString('base64')), parseMasterKey(`${key.toString('base64url')}\n`)]).toEqual([key, key]);
  });

  it.each(['', 'c2hvcnQ=', randomBytes(33).toString('base64'), `${randomBytes(32).toString('base64').slice(0, -2)}!=`, 'x'.repeat(43)])('is not %j', (text) => {
    expect(() => parseMasterKey(text)).toThrow(expect.objectContaining({ code: 'key_invalid' }));
  });
});
