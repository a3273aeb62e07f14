import { decodeUtf8 } from '../json/decode-utf8.ts';
import { PIXEL_LIMITS } from './pixel-limits.ts';

// The query of a pixel URL, decoded once and strictly. Names are literal: `e[]`, `e[__proto__]` and `e.a` are names like any other. URLSearchParams is not used
// because it forgives what has two meanings: broken escapes, bytes that are not UTF-8, and a name that comes twice.

export type QueryCode = 'too_many_params' | 'duplicate_param' | 'escape_invalid' | 'utf8_invalid' | 'control_character';
export type PixelQuery = ReadonlyMap<string, string>;

const PLAIN = /^[A-Za-z0-9_.~:,;!*'()/@$-]*$/;

/** `raw` is what follows the `?`. `+` is a space. */
export function parsePixelQuery(raw: string): PixelQuery | QueryCode {
  const query = new Map<string, string>();
  if (raw === '') return query;
  const parts = raw.split('&', PIXEL_LIMITS.parametersMax + 1);
  if (parts.length > PIXEL_LIMITS.parametersMax) return 'too_many_params';
  for (const part of parts) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decodePart(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? { text: '' } : decodePart(part.slice(equals + 1));
    if (typeof name === 'string') return name;
    if (typeof value === 'string') return value;
    if (query.has(name.text)) return 'duplicate_param';
    query.set(name.text, value.text);
  }
  return query;
}

/** The text, or what is wrong with it. */
function decodePart(part: string): { readonly text: string } | QueryCode {
  if (PLAIN.test(part)) return { text: part };
  const bytes = new Uint8Array(part.length);
  let length = 0;
  for (let at = 0; at < part.length; at++) {
    const code = part.charCodeAt(at);
    if (code === 0x25) {
      const byte = hexByte(part, at + 1);
      if (byte === -1) return 'escape_invalid';
      bytes[length++] = byte;
      at += 2;
    } else if (code > 0x7f) {
      return 'escape_invalid';
    } else {
      bytes[length++] = code === 0x2b ? 0x20 : code;
    }
  }
  const text = decodeUtf8(bytes.subarray(0, length));
  if (text === null) return 'utf8_invalid';
  return text.includes('\0') ? 'control_character' : { text };
}

function hexByte(text: string, at: number): number {
  const pair = text.slice(at, at + 2);
  return /^[0-9A-Fa-f]{2}$/.test(pair) ? Number.parseInt(pair, 16) : -1;
}
