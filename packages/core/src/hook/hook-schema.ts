// The body of POST and PUT /v1/hooks. The OpenAPI document is generated from these schemas; what needs more than the body (the event registry, the address policy,
// stored secrets) is added by `parseHookInput`.

import { z } from 'zod';
import { customDataProblems } from '../template/custom-data-problems.ts';
import { kafkaRequestSchema, rabbitmqExchangeRequestSchema, rabbitmqQueueRequestSchema } from './broker-request-schema.ts';
import { httpRequestSchema } from './http-request-schema.ts';
import { textSchema } from './text-schema.ts';

export const HOOK_NAME_CHARS_MAX = 256;
export const HOOK_EVENT_COUNT_MAX = 500;
const FILTER_ID_COUNT_MAX = 1_000;

/** An id of the platform: a positive integer that JSON can carry exactly. */
const platformId = z.int().min(1);
const filterIds = z.array(platformId).max(FILTER_ID_COUNT_MAX).default([]);

const filtersSchema = z
  .strictObject({ resources: filterIds, mailings: filterIds, templates: filterIds, segments: filterIds, pixels: filterIds })
  .meta({ description: 'AND between kinds, OR inside one; an empty list does not narrow.' });
const NO_FILTERS = { resources: [], mailings: [], templates: [], segments: [], pixels: [] };

/** Not `z.record`: that drops the key `__proto__`, which is a key like others here. A wrong type ends the checks of custom data, whose values are then no texts. */
const templateSchema = z
  .custom<Readonly<Record<string, string>>>()
  .superRefine((template: unknown, context) => {
    if (typeof template !== 'object' || template === null || Array.isArray(template)) {
      context.addIssue({ code: 'custom', params: { code: 'type' }, message: 'Must be an object.', continue: false });
      return;
    }
    for (const [key, value] of Object.entries(template)) {
      if (typeof value !== 'string') context.addIssue({ code: 'custom', path: [key], params: { code: 'type' }, message: 'Must be a string.', continue: false });
      else if (!value.isWellFormed() || !key.isWellFormed()) context.addIssue({ code: 'custom', path: [key], params: { code: 'string_ill_formed' }, message: 'Must be well-formed Unicode.' });
    }
  })
  .meta({ type: 'object', additionalProperties: { type: 'string' }, description: 'Free keys; values may hold the templates {{uuid}}, {{event_date}} and so on.' });

const customDataSchema = z
  .strictObject({ fields: z.array(z.string()).default([]), template: templateSchema.default({}) })
  .superRefine((customData, context) => {
    for (const { path, code, message } of customDataProblems(customData, '')) context.addIssue({ code: 'custom', path: pathOf(path), params: { code }, message });
  });

const requestSchema = z.discriminatedUnion('type', [httpRequestSchema, rabbitmqQueueRequestSchema, rabbitmqExchangeRequestSchema, kafkaRequestSchema]);

const readOnly = z.unknown().optional().meta({ readOnly: true, description: 'Read-only; ignored when sent.' });
/** May stand in a body, as they do in what was read, and are ignored. */
const readOnlyFields = { id: readOnly, version: readOnly, created_at: readOnly, updated_at: readOnly, state: readOnly, stopped_reason: readOnly, warnings: readOnly };

export const hookInputSchema = z
  .strictObject({
    name: textSchema({ charsMax: HOOK_NAME_CHARS_MAX }),
    active: z.boolean().default(true),
    database_id: platformId.nullable().default(null).meta({ description: 'null = all databases.' }),
    events: z.array(z.string()).min(1).max(HOOK_EVENT_COUNT_MAX),
    filters: filtersSchema.default(NO_FILTERS),
    request: requestSchema,
    custom_data: customDataSchema.default({ fields: [], template: {} }),
    include_content: z.boolean().default(false),
    include_event_id: z.boolean().default(true),
    ...readOnlyFields,
  })
  .meta({ description: 'A hook: which events, what they carry, where they go.' });

/** As sent, `snake_case`. */
export type HookInput = z.input<typeof hookInputSchema>;
/** As sent, with all defaults filled in. */
export type HookSettings = z.output<typeof hookInputSchema>;

function pathOf(pointer: string): string[] {
  return pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
