import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Page tokens. They carry the store's key of the last row and are bound by HMAC to the account and to the list they came from: an edited one, or one of
 * another account or list, does not verify. The leading byte is the format's version.
 */
export interface PageCursors {
  print(accountId: number, list: string, key: string): string;
  /** null = not one of ours for this list. */
  parse(accountId: number, list: string, cursor: string): string | null;
}

const VERSION = 1;
const MAC_BYTES = 16;
const CURSOR_CHARS_MAX = 2048;

export function createPageCursors(cursorKey: Uint8Array): PageCursors {
  const mac = (accountId: number, list: string, key: Uint8Array): Uint8Array =>
    createHmac('sha256', cursorKey).update(`${VERSION}\n${accountId}\n${list}\n`).update(key).digest().subarray(0, MAC_BYTES);
  return {
    print(accountId, list, key) {
      const bytes = Buffer.from(key, 'utf8');
      return Buffer.concat([Buffer.of(VERSION), mac(accountId, list, bytes), bytes]).toString('base64url');
    },
    parse(accountId, list, cursor) {
      if (cursor.length > CURSOR_CHARS_MAX || !/^[A-Za-z0-9_-]+$/.test(cursor)) return null;
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.toString('base64url') !== cursor || bytes.length <= MAC_BYTES || bytes[0] !== VERSION) return null;
      const key = bytes.subarray(1 + MAC_BYTES);
      return timingSafeEqual(bytes.subarray(1, 1 + MAC_BYTES), mac(accountId, list, key)) ? key.toString('utf8') : null;
    },
  };
}
