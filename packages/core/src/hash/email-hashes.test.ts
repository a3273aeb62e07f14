import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { emailHashes } from './email-hashes.ts';
import { xxh64 } from './xxh64.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** The buffer of the xxHash project's own sanity check (`fillTestBuffer`). */
function sanityBuffer(length: number): Uint8Array {
  let generator = 2_654_435_761n;
  return Uint8Array.from({ length }, () => {
    const byte = Number(generator >> 56n);
    generator = BigInt.asUintN(64, generator * 11_400_714_785_074_694_797n);
    return byte;
  });
}

describe('xxh64', () => {
  it.each([
    ['', 'ef46db3751d8e999'], ['a', 'd24ec4f1a98c6e5b'], ['abc', '44bc2cf5ad770999'],
    ['Nobody inspects the spammish repetition', 'fbcea83c8a378bf1'], ['The quick brown fox jumps over the lazy dog', '0b242d361fda71bc'],
  ])('of %j', (text, expected) => {
    expect(xxh64(bytes(text)).toString(16).padStart(16, '0')).toBe(expected);
  });

  // XSUM_XXH64_testdata, seed 0: lengths around each branch of the algorithm.
  it.each([[1, 0xe934a84adb052768n], [4, 0x9136a0dca57457een], [14, 0x8282dcc4994e35c8n], [222, 0xb641ae8cb691c174n]])('of %i bytes of the project\'s test buffer', (length, expected) => {
    expect(xxh64(sanityBuffer(length))).toBe(expected);
  });

  it('looks at its own part of a larger buffer only', () => {
    expect(xxh64(bytes('xabcx').subarray(1, 4))).toBe(0x44bc2cf5ad770999n);
  });
});

describe('emailHashes', () => {
  it('hashes the trimmed lower-cased email as UTF-8', () => {
    const expected = { _xxh: xxh64(bytes('ännä@example.net')).toString(16).padStart(16, '0'), _md5: createHash('md5').update('ännä@example.net').digest('hex') };
    expect(emailHashes('  ÄnnÄ@Example.NET\n')).toEqual(expected);
  });

  it('keeps leading zeros', () => {
    const short = Array.from({ length: 2_000 }, (_, n) => emailHashes(`${n}@example.net`)).filter((hashes) => hashes?._xxh.length !== 16 || hashes._md5.length !== 32);
    expect(short).toEqual([]);
  });

  it('makes nothing of nothing', () => {
    expect([emailHashes(''), emailHashes(' \t ')]).toEqual([null, null]);
  });
});
