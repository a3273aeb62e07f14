// Secrets at rest: AES-256-GCM, the place (account/hook/field) and the key's id bound to the ciphertext, so that it cannot be moved. A ring of keys: the first seals,
// all of them open.

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { HooklineError } from '@hookline/core';

export const KEY_BYTES = 32;
/** What AES-GCM is made for; random ones are safe for 2^32 seals by one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1';

export interface SecretBox {
  seal(plain: string, place: string): string;
  /** null = it was changed, moved to another place, or made with a key we do not have. */
  open(sealed: string, place: string): string | null;
  /** It was sealed with the first key of the ring. */
  isCurrent(sealed: string): boolean;
}

export function createSecretBox(keys: readonly [Uint8Array, ...Uint8Array[]]): SecretBox {
  const ring = new Map(keys.map((key) => [keyId(key), key]));
  const sealing = keys[0];
  const sealingId = keyId(sealing);
  return {
    seal(plain, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(boundTo(sealingId, place));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `${FORMAT}.${sealingId}.${Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url')}`;
    },
    open(sealed, place) {
      const [format, id = '', text = ''] = sealed.split('.');
      const key = ring.get(id);
      const bytes = Buffer.from(text, 'base64url');
      if (format !== FORMAT || key === undefined || bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== text) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(boundTo(id, place))
        .setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        // `final` throws for every ciphertext that is not exactly what was sealed; there is no more to know.
        return null;
      }
    },
    isCurrent: (sealed) => sealed.startsWith(`${FORMAT}.${sealingId}.`),
  };
}

/** 32 bytes in base64; throws `key_invalid` for anything else. */
export function parseMasterKey(text: string): Uint8Array {
  const bytes = Buffer.from(text.trim(), 'base64');
  if (bytes.length !== KEY_BYTES || bytes.toString('base64').replace(/=+$/, '') !== text.trim().replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/'))
    throw new HooklineError('key_invalid', `the master key must be ${KEY_BYTES} bytes in base64`);
  return bytes;
}

/** A ring as it is set: keys with commas between them, the one that seals first. Throws as `parseMasterKey`. */
export function parseMasterKeys(text: string): readonly [Uint8Array, ...Uint8Array[]] {
  const [first = '', ...older] = text.split(',');
  return [parseMasterKey(first), ...older.map(parseMasterKey)];
}

/** Names a key without telling anything about it that helps to guess it: keys are random. */
function keyId(key: Uint8Array): string {
  return createHash('sha256').update('hookline key id').update(key).digest('hex').slice(0, 8);
}

function boundTo(id: string, place: string): Buffer {
  return Buffer.from(`${FORMAT}\n${id}\n${place}`, 'utf8');
}
