import { issueParams, parseEventDate } from '@hookline/core';
import { z } from 'zod';
import { EDGE_LIMITS } from '../limits.ts';
import { stamps, timeSchema } from './common-schemas.ts';

const DAY_MS = 86_400_000;
const NOW = 'now';

/** Unix ms of the day's beginning in UTC, or null: there is no such day. */
const parseDay = (text: string): number | null => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? (parseEventDate(`${text}T00:00:00Z`)?.epochMs ?? null) : null);
const printDay = (unixMs: number): string => new Date(unixMs).toISOString().slice(0, 10);

const limitSchema = z.int().min(1).max(EDGE_LIMITS.exportEventsPerSecMax).nullable().meta({ description: 'Events a second at most; null = no limit.' });

export const exportPatchSchema = z.strictObject({ max_events_per_sec: limitSchema });

/** As it is documented; `exportInputSchema` knows what day it is. */
export const documentedExportInput = z.strictObject({
  from: z.string().meta({ description: 'YYYY-MM-DD by event_date, UTC, included; from 1970-01-01 to yesterday.' }),
  to: z.string().meta({ description: 'The same, or "now": up to the live cursor, without a gap or an overlap.' }),
  max_events_per_sec: limitSchema.optional(),
});

export function exportInputSchema(nowMs: number): typeof documentedExportInput {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const date = z.string().refine((text) => parseDay(text) !== null, issueParams('date_invalid', 'Must be a day as YYYY-MM-DD.'));
  const until = (last: number): ((text: string) => boolean) => (text) => {
    const day = parseDay(text);
    return day === null || (day >= 0 && day <= last);
  };
  const outOfRange = (last: number) => issueParams('date_out_of_range', `Must be from 1970-01-01 to ${printDay(last)}.`);
  const yesterday = today - DAY_MS;
  return z
    .strictObject({
      from: date.refine(until(today), outOfRange(today)),
      to: z.union([z.literal(NOW), date]).refine((to) => to === NOW || until(yesterday)(to), outOfRange(yesterday)),
      max_events_per_sec: limitSchema.optional(),
    })
    .superRefine(({ from, to }, context) => {
      const [first, last] = [parseDay(from), to === NOW ? null : parseDay(to)];
      if (first !== null && first > yesterday && to !== NOW) context.addIssue({ code: 'custom', path: ['from'], ...toIssue(outOfRange(yesterday)) });
      else if (first !== null && last !== null && first > last) context.addIssue({ code: 'custom', path: ['from'], ...toIssue(issueParams('from_after_to', 'Must not be after to.')) });
    }) as unknown as typeof documentedExportInput;
}

const toIssue = ({ params, error }: ReturnType<typeof issueParams>): { params: { readonly code: string }; message: string } => ({ params, message: error });

const progressSchema = z.object({
  percent: z.number().meta({ description: 'Of the events of the period, how many were looked at.' }),
  scanned: z.int(), matched: z.int(), delivered: z.int(), dead: z.int(), waiting: z.int(), in_flight: z.int(), cancelled: z.int(),
  expired: z.int().meta({ description: 'Removed by retention before they could be delivered.' }),
  events_per_sec: z.number(),
  live_events_per_sec: z.number().nullable().meta({ description: 'Live deliveries of all hooks meanwhile, which come first; null = the export stands.' }),
  eta_sec: z.int().nullable(),
}).meta({ description: 'matched = delivered + dead + waiting + in_flight + cancelled + those of expired that had matched.' });

export const exportSchema = z.object({
  id: z.string(), hook_id: z.string(), from: z.string(), to: z.string(),
  status: z.enum(['in_progress', 'paused', 'completed', 'error', 'aborted']),
  paused_by: z.enum(['user', 'hook_inactive']).nullable(),
  progress: progressSchema,
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  holding: z.object({ since: timeSchema, next_probe_at: timeSchema, code: z.string(), message: z.string() }).optional().meta({ description: 'Its destination is away; nothing is lost.' }),
  max_events_per_sec: z.int().nullable(),
  skipped_event_types: z.array(z.string()).meta({ description: 'Types of the hook that cannot be exported.' }),
  finished_at: timeSchema.nullable(),
  ...stamps,
}).meta({ id: 'Export' });
