import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isSignedLink, parsePixelQuery } from '@hookline/core';
import { expect, it } from 'vitest';

it('the document signs links as they are checked', () => {
  const document = readFileSync(new URL('../../../docs/pixels.md', import.meta.url), 'utf8');
  const sample = document.split('```js\n').find((text) => text.startsWith('import { createHmac }'))?.split('```')[0] ?? '';
  const body = sample.split('\n').filter((line) => !line.startsWith('import ')).join('\n');
  const sign = new Function('createHmac', 'sid', 'target', 'profileId', 'key', `${body}\nreturn link;`) as (...given: unknown[]) => string;
  const key = randomBytes(32);
  const link = sign(createHmac, 'some-sid-of-a-pixel', "https://shop.example/?a=1&b=it's", "O'Neil & sons", key.toString('base64'));
  expect(isSignedLink(link, [key])).toBe(true);
  const query = parsePixelQuery(link.slice(link.indexOf('?') + 1));
  expect(query).toBeInstanceOf(Map);
  expect(Object.fromEntries(query as Map<string, string>)).toMatchObject({ u: "https://shop.example/?a=1&b=it's", profile_id: "O'Neil & sons" });
});
