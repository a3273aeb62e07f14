// The message as a JSON Schema, made of the tables by which the door checks an event and of the registry: what a consumer may rely on cannot drift from what is sent.
// Only words that draft-07 and 2020-12 share, because AsyncAPI reads the former.

import { EVENT_FIELDS } from '../event/event-fields.ts';
import { KIND } from '../json/object-shape.ts';
import { BUILT_IN_EVENT_TYPES } from './event-types.ts';
import type { EventStructure } from './event-type-row.ts';

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Members that every message has (contract.md 3.1). */
const REQUIRED: readonly string[] = ['event_type', 'event_date', 'account_id', 'is_test', 'event_data'];
/** What a deleted profile leaves null, whatever the door lets in. */
const NULL_ONCE_DELETED: readonly string[] = ['profile_id', '_xxh', '_md5', 'subscription'];

const DESCRIPTIONS: Readonly<Record<string, JsonSchema>> = {
  event_date: { description: 'RFC 3339, UTC, up to nine fraction digits; as it was sent.', format: 'date-time' },
  profile_id: { description: 'null: the profile was deleted.' },
  _xxh: { description: 'XXH64 (seed 0) of the trimmed, lower-cased email.', pattern: '^[0-9A-Fa-f]{16}$' },
  _md5: { description: 'MD5 of the trimmed, lower-cased email.', pattern: '^[0-9A-Fa-f]{32}$' },
  list_id: { description: 'The database.' },
  sends_trying_num: { description: 'Number of sending attempts; there only when above 0.', minimum: 1 },
  is_test: { description: 'From a test send of a mailing.' },
  is_static: { description: 'No dynamic substitutions in the content.' },
  subscription_hash_id: { description: "The subscription's hash." },
};

const TYPE_NAMES: readonly (readonly [bits: number, name: string])[] = [
  [KIND.string, 'string'], [KIND.integer | KIND.real, 'number'], [KIND.integer, 'integer'], [KIND.boolean, 'boolean'], [KIND.object, 'object'], [KIND.array, 'array'], [KIND.null, 'null'],
];

function typeOf(kinds: number): JsonSchema {
  const names: string[] = [];
  let rest = kinds;
  for (const [bits, name] of TYPE_NAMES) {
    if ((rest & bits) !== bits) continue;
    names.push(name);
    rest &= ~bits;
  }
  return { type: names.length === 1 ? names[0] : names };
}

/** The message of one event. `ref` is where its definitions will stand: `#/$defs/` in a document of its own. */
export function messageJsonSchema(ref = '#/$defs/'): { readonly message: JsonSchema; readonly definitions: Readonly<Record<string, JsonSchema>> } {
  const structures = [...new Set(BUILT_IN_EVENT_TYPES.map(({ structure }) => structure))];
  const envelope = Object.entries(EVENT_FIELDS.envelope).filter(([, [, isDelivered]]) => isDelivered);
  const properties: Record<string, JsonSchema> = {};
  for (const [name, [kinds]] of envelope) properties[name] = { ...typeOf(NULL_ONCE_DELETED.includes(name) ? kinds | KIND.null : kinds), ...DESCRIPTIONS[name] };
  properties['event_type'] = {
    description: "The built-in types, and an account's own.",
    anyOf: [...BUILT_IN_EVENT_TYPES.map(({ eventType, label, description, status }) => ({ const: eventType, title: label, description: `${description} (${status}).` })), { type: 'string', pattern: '^[a-z0-9_]{1,64}$', title: "An account's own type" }],
  };
  const content = objectOf(EVENT_FIELDS.content, { buttons: { items: { $ref: `${ref}content_button` } } });
  properties['subscription'] = { ...properties['subscription'], items: { $ref: `${ref}subscription` } };
  return {
    message: {
      title: 'Message',
      description: 'What one event becomes for one hook. Unknown members may come: ignore them.',
      type: 'object',
      properties: {
        ...properties,
        event_id: { type: 'string', pattern: '^[A-Za-z0-9_.:-]{1,128}$', description: 'Where the hook has include_event_id. The same in every copy of the event.' },
        custom_data: { type: 'object', description: "The hook's fields and templates, or what the event brought itself." },
        content: { ...content, description: 'Where the hook has include_content, while it is kept; never in an export. Its structure is assumed: the platform publishes none.' },
      },
      required: REQUIRED,
      allOf: structures.map((structure) => ({
        if: { properties: { event_type: { enum: typesOf(structure) } }, required: ['event_type'] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { properties: { event_data: { $ref: `${ref}event_data_${structure}` } } },
      })),
    },
    definitions: { subscription: objectOf(EVENT_FIELDS.subscription), content_button: objectOf(EVENT_FIELDS.contentButton), ...Object.fromEntries(structures.map((structure) => [`event_data_${structure}`, eventDataSchema(structure)])) },
  };
}

const typesOf = (structure: EventStructure): string[] => BUILT_IN_EVENT_TYPES.filter((row) => row.structure === structure).map(({ eventType }) => eventType);

function eventDataSchema(structure: EventStructure): JsonSchema {
  const sample = BUILT_IN_EVENT_TYPES.find((row) => row.structure === structure)?.sample ?? '{}';
  const { event_data: example } = JSON.parse(sample) as { readonly event_data?: unknown };
  const properties = Object.fromEntries(Object.entries(EVENT_FIELDS.eventData[structure]).map(([name, kinds]) => [name, typeOf(kinds | KIND.null)]));
  return { type: 'object', description: 'Types of these keys are checked when the event comes in; others pass as they are.', properties, examples: [example] };
}

/** Known keys, all of which may be null or missing. */
function objectOf(kinds: Readonly<Record<string, number>>, more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  return { type: 'object', properties: Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, { ...typeOf(kind | KIND.null), ...more[name] }])) };
}
