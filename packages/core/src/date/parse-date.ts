/** `event_date` in its parts. Text parts are as sent. */
export interface EventDate {
  /** Unix ms, cut. */
  readonly epochMs: number;
  /** Unix seconds, cut. */
  readonly epochSeconds: number;
  /** 0 … 999,999,999. */
  readonly nanos: number;
  /** `2026-01-25`. */
  readonly ymd: string;
  /** `15:04:05`. */
  readonly hms: string;
  /** Fraction digits as sent, none to nine of them, without the dot. */
  readonly fraction: string;
}

const SECONDS_TEXT = 'YYYY-MM-DDTHH:MM:SS';
const FRACTION_DIGITS_MAX = 9;
const DAY_SECONDS = 86_400;
const MONTH_DAYS: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Strict RFC 3339 in UTC: capital T and Z, no leap second, no 24:00, at most nine fraction digits. Anything else is null. */
export function parseEventDate(text: string): EventDate | null {
  const epochSeconds = parseSeconds(text);
  const fractionDigits = text.length - SECONDS_TEXT.length - 2;
  if (Number.isNaN(epochSeconds) || text.charCodeAt(text.length - 1) !== 0x5a) return null;
  // -1: neither a dot nor digits.
  if (fractionDigits !== -1 && (fractionDigits < 1 || fractionDigits > FRACTION_DIGITS_MAX || text.charCodeAt(SECONDS_TEXT.length) !== 0x2e)) return null;
  let nanos = 0;
  for (let digit = 0; digit < FRACTION_DIGITS_MAX; digit++) {
    const value = digit < fractionDigits ? text.charCodeAt(SECONDS_TEXT.length + 1 + digit) - 0x30 : 0;
    if (value < 0 || value > 9) return null;
    nanos = nanos * 10 + value;
  }
  return {
    epochMs: epochSeconds * 1_000 + Math.floor(nanos / 1e6),
    epochSeconds,
    nanos,
    ymd: text.slice(0, 10),
    hms: text.slice(11, 19),
    fraction: text.slice(SECONDS_TEXT.length + 1, -1),
  };
}

/** Unix seconds of `YYYY-MM-DDTHH:MM:SS` at the beginning of the text, or NaN. */
function parseSeconds(text: string): number {
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d || text.charCodeAt(10) !== 0x54 || text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return Number.NaN;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  // Comparisons are written so that NaN fails them.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= (MONTH_DAYS[month - 1] as number) + (isLeap && month === 2 ? 1 : 0))) return Number.NaN;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  return daysSinceEpoch(year, month, day) * DAY_SECONDS + hour * 3_600 + minute * 60 + second;
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Days from 1970-01-01 in the Gregorian calendar; years begin in March here, so that the leap day is the last one. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 1 - 719_468;
}
