/** However long a receiver asks for, a hook looks again after a day (H16). */
export const RETRY_AFTER_MS_MAX = 24 * 3_600_000;

const DELAY_SECONDS = /^[0-9]{1,18}$/;
/** The three forms of RFC 9110 5.6.7; `Date.parse` alone would also take "1" and "Tuesday". */
const HTTP_DATE = /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

/** The longest wait that the given `Retry-After` values ask for, 0 to 24 h; undefined when none can be read. Garbage is ignored. */
export function parseRetryAfter(values: readonly string[], nowMs: number): number | undefined {
  const waits = values.map((value) => parseOne(value.trim(), nowMs)).filter((wait) => wait !== undefined);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

function parseOne(value: string, nowMs: number): number | undefined {
  if (DELAY_SECONDS.test(value)) return Math.min(Number(value) * 1000, RETRY_AFTER_MS_MAX);
  if (!HTTP_DATE.test(value)) return undefined;
  // the asctime form carries no zone and means UTC
  const at = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - nowMs, 0), RETRY_AFTER_MS_MAX);
}
