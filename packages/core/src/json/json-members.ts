/** One member of an object: its decoded key, and where key (with quotes) and value stand in the text. */
export interface JsonMember {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/**
 * Top-level members of an object text that has passed the scanner once (`EventRow.base`, which lacks its closing brace, too), in the order they stand, without
 * parsing the values: for re-rendering. Of a text that is no such object nothing is promised.
 */
export function jsonMembers(text: string): JsonMember[] {
  const members: JsonMember[] = [];
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (at < text.length && text.charCodeAt(at) === 0x22) {
    const keyStart = at;
    const keyEnd = skipString(text, at);
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const valueEnd = skipValue(text, valueStart);
    const inner = text.slice(keyStart + 1, keyEnd - 1);
    members.push({ key: inner.includes('\\') ? (JSON.parse(text.slice(keyStart, keyEnd)) as string) : inner, keyStart, keyEnd, valueStart, valueEnd });
    at = skipSpace(text, skipSpace(text, valueEnd) + 1);
  }
  return members;
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

function skipString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0;
    while (text.charCodeAt(quote - 1 - escapes) === 0x5c) escapes++;
    if (escapes % 2 === 0) return quote + 1;
  }
  return text.length;
}

function skipValue(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === 0x22) return skipString(text, from);
  let at = from;
  if (first !== 0x7b && first !== 0x5b) {
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === 0x2c || unit === 0x7d || unit === 0x5d || isSpace(unit)) break;
    }
    return at;
  }
  for (let depth = 0; at < text.length; ) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      at = skipString(text, at);
      continue;
    }
    at++;
    if (unit === 0x7b || unit === 0x5b) depth++;
    else if ((unit === 0x7d || unit === 0x5d) && --depth === 0) break;
  }
  return at;
}
