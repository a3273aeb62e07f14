// The five templates made of `event_date`. Its text was checked at the door: `YYYY-MM-DDTHH:MM:SS[.f…]Z` with one to nine fraction digits, 1970 or later.
// Nanoseconds are put together as text, because a number cannot hold them.

const SECONDS_END = 'YYYY-MM-DDTHH:MM:SS'.length;
const FRACTION_START = SECONDS_END + 1;
/** `{{event_date}}` shows microseconds at most. */
const FRACTION_DIGITS_MAX = 6;
const ZERO = 48;

/** `{{event_date}}`: at most six fraction digits, cut and not rounded, without trailing zeros. */
export function trimmedEventDate(eventDate: string): string {
  let end = Math.min(eventDate.length - 1, FRACTION_START + FRACTION_DIGITS_MAX);
  while (end > FRACTION_START && eventDate.charCodeAt(end - 1) === ZERO) end--;
  return end > FRACTION_START ? `${eventDate.slice(0, end)}Z` : `${eventDate.slice(0, SECONDS_END)}Z`;
}

/** `{{event_date_ymd}}` */
export function eventDay(eventDate: string): string {
  return eventDate.slice(0, 10);
}

/** `{{event_date_unix}}`: whole seconds. `eventTimeMs` is the same moment, cut to milliseconds. */
export function unixSeconds(eventTimeMs: number): string {
  return String(Math.floor(eventTimeMs / 1000));
}

/** `{{event_date_unixnano}}`: nanoseconds, exact. */
export function unixNanoseconds(eventTimeMs: number, eventDate: string): string {
  const fraction = eventDate.slice(FRACTION_START, -1).padEnd(9, '0');
  const seconds = unixSeconds(eventTimeMs);
  return seconds === '0' ? String(Number(fraction)) : seconds + fraction;
}
