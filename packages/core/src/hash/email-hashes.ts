import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { xxh64 } from './xxh64.ts';

export interface EmailHashes {
  /** XXH64, seed 0, 16 hex digits. */
  readonly _xxh: string;
  /** MD5, 32 hex digits. */
  readonly _md5: string;
}

const ENCODER = new TextEncoder();

/** Hashes of the trimmed lower-cased email (contract.md 0), or null when nothing is left of it. */
export function emailHashes(email: string): EmailHashes | null {
  const normalised = email.trim().toLowerCase();
  if (normalised === '') return null;
  const bytes = ENCODER.encode(normalised);
  return { _xxh: xxh64(bytes).toString(16).padStart(16, '0'), _md5: bytesToHex(md5(bytes)) };
}
