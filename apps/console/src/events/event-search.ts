// What the event log is searched for, as it stands in the address.

export const RANGES = ['any', 'hour', 'day', 'week', 'month', 'days'] as const;
export type Range = (typeof RANGES)[number];

const HOUR_MS = 3_600_000;
const RANGE_MS: Readonly<Record<Exclude<Range, 'any' | 'days'>, number>> = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS, month: 30 * 24 * HOUR_MS };
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export interface EventSearch {
  /** The event that is shown whole. */
  readonly id?: string;
  readonly types?: readonly string[];
  readonly profile?: string;
  readonly mailing?: number;
  readonly range?: Range;
  /** Days in UTC, both included: where `range` is `days`. */
  readonly from?: string;
  readonly to?: string;
  readonly live?: boolean;
}

export function parseEventSearch(search: Record<string, unknown>): EventSearch {
  const { id, types, profile, mailing, range, from, to, live } = search;
  // An id of digits alone comes out of the address as a number.
  const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined);
  const names = Array.isArray(types) ? types.filter((type): type is string => typeof type === 'string') : [];
  const days = (value: unknown): value is string => typeof value === 'string' && DAY.test(value);
  const [shownId, profileId] = [text(id), text(profile)];
  return {
    ...(shownId !== undefined && { id: shownId }), ...(names.length > 0 && { types: names }), ...(profileId !== undefined && { profile: profileId }), ...(Number.isSafeInteger(mailing) && (mailing as number) > 0 && { mailing: mailing as number }),
    ...(RANGES.includes(range as Range) && range !== 'any' && { range: range as Range }), ...(days(from) && { from }), ...(days(to) && { to }), ...(live === true && { live }),
  };
}

/** For the API, of what a page and the live tail have in common. */
export function fieldsOf({ types, profile, mailing }: EventSearch): string {
  const fields = new URLSearchParams({ ...(types && { event_type: types.join(',') }), ...(profile !== undefined && { profile_id: profile }), ...(mailing !== undefined && { mailing_id: String(mailing) }) });
  return fields.toString();
}

/** For the API; a range ends now. */
export function queryOf(search: EventSearch, nowMs: number): string {
  const fields = new URLSearchParams(fieldsOf(search));
  const { range = 'any', from, to } = search;
  if (range === 'days') {
    if (from !== undefined) fields.set('from', `${from}T00:00:00Z`);
    if (to !== undefined) fields.set('to', new Date(Date.parse(`${to}T00:00:00Z`) + 24 * HOUR_MS).toISOString());
  } else if (range !== 'any') fields.set('from', new Date(nowMs - RANGE_MS[range]).toISOString());
  return fields.toString();
}
