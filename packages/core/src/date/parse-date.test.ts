import { describe, expect, it } from 'vitest';
import { parseEventDate } from './parse-date.ts';

// What must be refused stands with the other bad input in test/door.
describe('parseEventDate', () => {
  it('gives all parts, the texts as sent', () => {
    expect(parseEventDate('2026-01-25T15:04:05.120Z')).toEqual({ epochMs: Date.UTC(2026, 0, 25, 15, 4, 5, 120), epochSeconds: Date.UTC(2026, 0, 25, 15, 4, 5) / 1000, nanos: 120_000_000, ymd: '2026-01-25', hms: '15:04:05', fraction: '120' });
    expect(parseEventDate('1970-01-01T00:00:00Z')).toEqual({ epochMs: 0, epochSeconds: 0, nanos: 0, ymd: '1970-01-01', hms: '00:00:00', fraction: '' });
  });

  it.each([['.000000001', 1, 0], ['.123456789', 123_456_789, 123], ['.999999999', 999_999_999, 999], ['.1', 100_000_000, 100], ['.0010', 1_000_000, 1]])('cuts %s to milliseconds and keeps nanoseconds', (fraction, nanos, ms) => {
    expect(parseEventDate(`2001-09-09T01:46:40${fraction}Z`)).toMatchObject({ epochMs: 1e12 + ms, epochSeconds: 1e9, nanos });
  });

  it('cuts down before 1970 too', () => {
    expect(parseEventDate('1969-12-31T23:59:59.9999Z')?.epochMs).toBe(-1);
  });

  it('agrees with Date on every day of 400 years, and on which days exist', () => {
    const wrong: string[] = [];
    for (let year = 1968; year < 2368; year++) for (let month = 1; month <= 12; month++) for (let day = 1; day <= 31; day++) {
      const ymd = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
      const time = new Date(`${ymd}T23:59:58Z`);
      const exists = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(ymd);
      if ((parseEventDate(`${ymd}T23:59:58Z`)?.epochMs ?? null) !== (exists ? time.getTime() : null)) wrong.push(ymd);
    }
    expect(wrong).toEqual([]);
  });
});
