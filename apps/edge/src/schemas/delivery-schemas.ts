import { z } from 'zod';
import { timeSchema } from './common-schemas.ts';

const counters = z.object({
  matched: z.int(), delivered: z.int(), dead: z.int(), waiting: z.int(), in_flight: z.int(), cancelled: z.int(), expired: z.int(),
  attempts: z.int(),
}).meta({ description: 'Events since the hook was made (`attempts`: attempts). matched = delivered + dead + waiting + in_flight + cancelled + expired.' });

export const laneSchema = z.object({
  state: z.enum(['stopped', 'running', 'holding']),
  reason: z.string().optional(),
  holding_since: timeSchema.optional(), next_probe_at: timeSchema.optional(), detail: z.string().optional(),
  cursor: z.union([z.string(), z.number()]),
  backlog_events: z.int().meta({ description: 'An estimate.' }),
  oldest_waiting_at: timeSchema.nullable(),
  in_flight: z.int(),
  concurrency: z.int(),
  counters,
  shards: z.array(z.record(z.string(), z.unknown())),
}).meta({ id: 'Lane' });

const exchangeSchema = {
  request: z.record(z.string(), z.unknown()),
  response: z.record(z.string(), z.unknown()).nullable(),
};

export const attemptSchema = z.object({
  delivery_id: z.string(), attempt: z.int(), outcome: z.string(), code: z.string().optional(), message: z.string().optional(), events: z.int(), started_at: timeSchema, duration_ms: z.number().nullable(),
  ...exchangeSchema,
  next_attempt_at: timeSchema.nullable(),
}).meta({ id: 'Attempt' });

export const deadLetterSchema = z.object({
  id: z.string(), event_id: z.string(), delivery_id: z.string(), reason: z.object({ code: z.string(), message: z.string() }), attempts: z.int(), died_at: timeSchema, export_id: z.string().optional(),
}).meta({ id: 'DeadLetter' });

export const hookFateSchema = z.object({
  hook_id: z.string(),
  fate: z.enum(['filtered', 'backlog', 'in_flight', 'waiting', 'holding', 'delivered', 'dead', 'cancelled', 'expired', 'not_active']),
  rule: z.string().optional(), delivery_id: z.string().optional(), next_attempt_at: timeSchema.nullable().optional(),
}).meta({ id: 'HookFate' });

export const seriesQuery = z.strictObject({ range: z.enum(['hour', 'day', 'week', 'month']).default('day').meta({ description: 'By minute, by ten minutes, by hour, by hour.' }) });

export const seriesSchema = z.object({
  from: timeSchema,
  step_sec: z.int(),
  buckets: z.array(z.object({
    at: timeSchema, delivered: z.int().meta({ description: 'Events.' }), dead: z.int().meta({ description: 'Events.' }), attempts: z.int(), failed_attempts: z.int(),
    duration_ms: z.object({ avg: z.int(), p50: z.int(), p95: z.int() }).nullable().meta({ description: 'Of attempts; null where there were none. Percentiles are estimates within a class of durations.' }),
  })).meta({ description: 'One after the other without a gap; the last one is still filling.' }),
}).meta({ id: 'Series', description: 'Exports included. As the attempts it is made of, it may lack the last second before a crash.' });

export const briefSeriesSchema = z.object({
  hook_id: z.string(), delivered: z.array(z.int()), dead: z.array(z.int()), failed_attempts: z.array(z.int()),
}).meta({ id: 'BriefSeries', description: 'The last 24 hours by hour, oldest first; the last one is still filling.' });

export const redriveSchema = z.union([z.strictObject({ ids: z.array(z.string().min(1).max(200)).min(1).max(1000) }), z.strictObject({ all: z.literal(true) })]);

export const testResultSchema = z.object({
  outcome: z.string(),
  code: z.string().optional(),
  message: z.string().optional(),
  ...exchangeSchema,
  duration_ms: z.number(),
}).meta({ id: 'TestResult', description: 'Exact bytes, secrets redacted, the answer cut at 1 KiB.' });
