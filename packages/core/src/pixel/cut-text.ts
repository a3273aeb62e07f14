import { exceedsUtf8Bytes } from '../message/utf8-byte-length.ts';

const ENCODER = new TextEncoder();
const ABOVE_ASCII = /[^\u0000-\u007f]/;
const BYTES_ONLY = /^[\u0000-\u00ff]*$/;
const FATAL = new TextDecoder('utf-8', { fatal: true });

/** The beginning of `text` that fits into `bytesMax` bytes of UTF-8, whole characters only. */
export function cutText(text: string, bytesMax: number): string {
  if (!exceedsUtf8Bytes(text, bytesMax)) return text;
  const { read } = ENCODER.encodeInto(text, new Uint8Array(bytesMax));
  return text.slice(0, read);
}

/** A header's value as text: servers hand its bytes on as latin1, though browsers and people mean UTF-8 where they are that. Always well-formed. */
export function headerText(value: string): string {
  if (!ABOVE_ASCII.test(value)) return value;
  if (!BYTES_ONLY.test(value)) return value.toWellFormed();
  try {
    return FATAL.decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
  } catch {
    // Not UTF-8, so it was latin1.
    return value;
  }
}
