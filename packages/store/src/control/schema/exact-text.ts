// Text as people typed it. libSQL's client reads a text column only up to its first NUL, and UTF-8 cannot hold a lone surrogate: such text is kept as JSON behind a
// mark, every other text as it is. The encoding is one-to-one, so equality in SQL still means equality.

import { customType } from '../drizzle.ts';

const MARK = '\u0001';

export function encodeExactText(text: string): string {
  return text.includes('\0') || text.startsWith(MARK) || !text.isWellFormed() ? MARK + JSON.stringify(text) : text;
}

export function decodeExactText(stored: string): string {
  return stored.startsWith(MARK) ? (JSON.parse(stored.slice(MARK.length)) as string) : stored;
}

/** A text column that gives back exactly what was put in. */
export const exactText = customType<{ data: string; driverData: string }>({
  dataType: () => 'text',
  toDriver: encodeExactText,
  fromDriver: decodeExactText,
});
