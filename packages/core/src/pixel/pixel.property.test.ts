import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSignedLink, linkTarget, printClickLink, signClickLink } from './click-link.ts';
import { cutText, headerText } from './cut-text.ts';
import { stripPageUrl } from './page-url.ts';
import { parsePixelQuery } from './parse-query.ts';
import { createVisitorIds, isVisitorId, visitorCookieName } from './visitor-id.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !value.includes('\0'));
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('the query', () => {
  it('comes out as it was encoded, by either way of writing a space', () => {
    fc.assert(fc.property(fc.dictionary(text.filter((name) => name !== ''), text, { maxKeys: 20 }), (wanted) => {
      const pairs = Object.entries(wanted);
      const plain = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
      for (const raw of [plain, plain.replaceAll('%20', '+'), new URLSearchParams(pairs).toString()]) expect([...(parsePixelQuery(raw) as Map<string, string>)]).toEqual(pairs);
    }));
  });

  it('is read or refused, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (raw) => {
      const query = parsePixelQuery(raw);
      if (typeof query === 'string') return;
      for (const [name, value] of query) expect(`${name}${value}`.isWellFormed() && !`${name}${value}`.includes('\0')).toBe(true);
    }));
  });
});

describe('a link', () => {
  const link = fc.record({
    sid: fc.constantFrom('abcdefghijklmnopqrstuvwx', '0123456789-_ABCDEFGHIJKL'), url: fc.webUrl(), eventType: fc.constantFrom('click', 'click_sms'), profileId: fc.option(fc.constantFrom("O'Neil", 'a b', 'é', '~!*()')), eventData: fc.option(fc.json()), consent: fc.boolean(),
  });

  it('verifies by its own key, as a browser sends it, and by no other', () => {
    fc.assert(fc.property(link, key, key, (made, own, other) => {
      fc.pre(Buffer.compare(own, other) !== 0);
      const signed = signClickLink(printClickLink(made), own);
      const { pathname, search } = new URL(signed, 'https://pxl.shop.example');
      expect([isSignedLink(`${pathname}${search}`, [other, own]), isSignedLink(signed, [other]), isSignedLink(signed, [])]).toEqual([true, false, false]);
      expect((parsePixelQuery(search.slice(1)) as Map<string, string>).get('u')).toBe(made.url);
    }));
  });

  it('does not verify with any character changed', () => {
    fc.assert(fc.property(link, key, fc.nat(), fc.constantFrom('A', 'b', '9', '%', '&', '='), (made, own, at, character) => {
      const signed = signClickLink(printClickLink(made), own);
      const changed = `${signed.slice(0, at % signed.length)}${character}${signed.slice((at % signed.length) + 1)}`;
      expect(isSignedLink(changed, [own])).toBe(changed === signed);
    }));
  });

  it('leads only where every parser reads the same host', () => {
    fc.assert(fc.property(fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string({ unit: 'binary' }), fc.webUrl().map((url) => url.replace('//', '/\\'))), (url) => {
      const target = linkTarget(url);
      if (target === null) return;
      expect(target).toMatch(/^https?:\/\/[^/?#\\@]+([/?#]|$)/i);
      expect(target).toMatch(/^[\x21-\x7e]+$/);
    }));
  });
});

describe('addresses of pages', () => {
  it('keep neither credentials nor the keys named, and all the rest', () => {
    fc.assert(fc.property(fc.webUrl(), fc.constantFrom('token', 'ToKen', 't%6Fken'), fc.stringMatching(/^[A-Za-z0-9.:=-]*$/), (url, name, secret) => {
      fc.pre(!url.includes(`S3cret${secret}`));
      const { origin, pathname } = new URL(url);
      const kept = stripPageUrl(`${origin.replace('//', `//u:S3cret${secret}@`)}${pathname}?a=1&${name}=S3cret${secret}&b=2#${name}=S3cret${secret}`, new Set(['token']));
      expect(kept).toBe(`${origin}${pathname}?a=1&b=2`);
    }));
  });

  it.each(['', 'x', '/a', 'java\nscript:1', 'https://', ' https://a b/'])('%j is none', (url) => expect(stripPageUrl(url, new Set())).toBeNull());
});

describe('text', () => {
  it('is cut between characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 50 }), (whole, bytesMax) => {
      const cut = cutText(whole, bytesMax);
      expect(whole.startsWith(cut) && Buffer.byteLength(cut) <= bytesMax && cut.isWellFormed()).toBe(true);
      const next = String.fromCodePoint(whole.codePointAt(cut.length) ?? 0x61);
      expect(cut === whole || Buffer.byteLength(cut + next) > bytesMax).toBe(true);
    }));
  });

  it('of a header is UTF-8 where its bytes are', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (sent) => void expect(headerText(Buffer.from(sent).toString('latin1'))).toBe(sent)));
    expect(headerText('caf\u00e9')).toBe('café');
  });
});

describe('visitors', () => {
  const ids = createVisitorIds(new Uint8Array(32).fill(7));
  const sight = fc.record({ accountId: fc.nat(), pixelId: fc.nat(), address: text, userAgent: text, nonce: text });

  it('are as different as what they are known by', () => {
    fc.assert(fc.property(sight, sight, (one, two) => {
      const isSame = JSON.stringify(one) === JSON.stringify(two);
      expect(ids.visitorOf(one) === ids.visitorOf(two)).toBe(isSame);
      expect(isVisitorId(ids.visitorOf(one))).toBe(true);
      expect(ids.eventIdOf(one, 'a') === ids.eventIdOf(one, 'b')).toBe(false);
      expect(ids.eventIdOf(one, 'a')).toMatch(/^pxl_[A-Za-z0-9_-]{22}$/);
    }));
  });

  it('have a cookie for each account and domain', () => {
    const names = [[1, null], [1, 'a.example'], [1, 'b.example'], [2, 'a.example'], [11, null]].map(([account, domain]) => visitorCookieName(account as number, domain as string | null));
    expect(new Set(names).size).toBe(names.length);
  });
});
