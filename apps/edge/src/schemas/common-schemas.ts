import { z } from 'zod';
import { EDGE_LIMITS } from '../limits.ts';

export const timeSchema: z.ZodType<string> = z.string().meta({ description: 'RFC 3339, UTC.', format: 'date-time', examples: ['2026-02-03T04:05:06.789Z'] });

const ID_PATTERN = /^[1-9][0-9]{0,15}$/;
/** The platform's own ids, as they stand in a path. */
export const platformIdParam: z.ZodType<number, string> = z.string().regex(ID_PATTERN, 'must be a positive integer').transform(Number).refine(Number.isSafeInteger, 'must be at most 2^53 - 1');

/** The platform's own ids, as they stand in a body. */
export const platformId: z.ZodNumber = z.int().positive();

export const problemSchema = z.object({ path: z.string().meta({ description: 'JSON pointer into the body.' }), code: z.string(), message: z.string() }).meta({ id: 'Problem' });

export const errorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string(), path: z.string(), request_id: z.string(), problems: z.array(problemSchema) }) })
  .meta({ id: 'Error', description: 'Every answer of 400 and above. `problems` lists all there is to say.' });

export const pageQuery = z.strictObject({
  limit: z.string().regex(/^[1-9][0-9]{0,2}$/, `must be 1 to ${EDGE_LIMITS.pageSizeMax}`).transform(Number).refine((limit) => limit <= EDGE_LIMITS.pageSizeMax, `must be 1 to ${EDGE_LIMITS.pageSizeMax}`).optional(),
  cursor: z.string().optional(),
});
export type PageQuery = z.infer<typeof pageQuery>;

export const noQuery = z.strictObject({});

export const pageOf = <T extends z.ZodType>(row: T): z.ZodObject<{ data: z.ZodArray<T>; next_cursor: z.ZodNullable<z.ZodString> }> => z.object({ data: z.array(row), next_cursor: z.string().nullable() });

/** What every object of ours carries besides its id. */
export const stamps = { version: z.int(), created_at: timeSchema, updated_at: timeSchema };

/** Read-only fields: they may stand in what is written and are ignored. */
export const readOnly = { version: z.unknown().optional(), created_at: z.unknown().optional(), updated_at: z.unknown().optional() };
