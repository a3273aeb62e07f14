import type { Page, PageRequest } from './control-store.ts';

/** `rows` were read with `limit + 1`: the one too many only says that there is more. `keyOf` gives the page key of a row. */
export function toPage<R, T>(rows: readonly R[], request: PageRequest, keyOf: (row: R) => number, toValue: (row: R) => T): Page<T> {
  const shown = rows.slice(0, request.limit);
  const last = shown.at(-1);
  return { data: shown.map(toValue), next: rows.length > request.limit && last !== undefined ? String(keyOf(last)) : null };
}

/** The key that a page begins after; a page key is a number that only grows along the list. */
export function afterKey(request: PageRequest): number {
  const key = request.after === null ? 0 : Number(request.after);
  return Number.isSafeInteger(key) ? key : Number.MAX_SAFE_INTEGER;
}
