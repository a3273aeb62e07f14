import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';

// Passwords are kept as scrypt over their NFC bytes, so that a password typed on another keyboard is the same one. The hash says how it was made: the cost may be
// raised, and old ones still verify.

/** UTF-8 after normalisation (bad-input.md F10): hashing is not to be had by the megabyte. */
export const PASSWORD_BYTES_MAX = 1_024;
const PASSWORD_CHARS_MIN = 8;
/** OWASP's figures for scrypt: 64 MiB and a tenth of a second a guess. */
const COST = { N: 2 ** 16, r: 8, p: 1 } as const;
const MEMORY_BYTES_MAX = 128 * 1024 * 1024;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const STORED = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9_-]{22,86})\$([A-Za-z0-9_-]{43,86})$/;

/** Why it cannot be a password, in words; null = it can. */
export function passwordProblem(password: string): string | null {
  if (!password.isWellFormed()) return 'must be well-formed Unicode';
  if ([...password.normalize('NFC')].length < PASSWORD_CHARS_MIN) return `must have at least ${PASSWORD_CHARS_MIN} characters`;
  return Buffer.byteLength(password.normalize('NFC')) <= PASSWORD_BYTES_MAX ? null : `must have at most ${PASSWORD_BYTES_MAX} bytes`;
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Against no stored hash it takes as long as against one, so that the time does not tell which logins there are. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, n, r, p, salt, hash] = STORED.exec(stored ?? '') ?? [];
  if (salt === undefined || hash === undefined) {
    await derive(password, Buffer.alloc(SALT_BYTES), HASH_BYTES, COST);
    return false;
  }
  const expected = Buffer.from(hash, 'base64url');
  const derived = await derive(password, Buffer.from(salt, 'base64url'), expected.length, { N: Number(n), r: Number(r), p: Number(p) });
  return timingSafeEqual(derived, expected);
}

function derive(password: string, salt: Uint8Array, bytes: number, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(Buffer.from(password.normalize('NFC')), salt, bytes, { ...cost, maxmem: MEMORY_BYTES_MAX }, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
