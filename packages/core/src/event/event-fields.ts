import { KeyTable } from '../json/key-table.ts';
import { KIND, MemberRecord, type ObjectShape } from '../json/object-shape.ts';
import type { EventStructure } from '../registry/event-type-row.ts';

const { string, integer, real, boolean, object, array } = KIND;
const NULL = KIND.null;
const NUMBER = integer | real;

/**
 * The envelope (contract.md 3.1, api.md 2): allowed kinds, and whether the member is delivered or only taken in. Null counts as absent where the platform itself
 * passes it for deleted profiles, and for `email`, which is often unknown; everywhere else it is a wrong type.
 */
const ENVELOPE = {
  event_type: [string, true],
  event_date: [string, true],
  profile_id: [string | NULL, true],
  _xxh: [string | NULL, true],
  _md5: [string | NULL, true],
  list_id: [integer | NULL, true],
  account_id: [integer, true],
  sends_trying_num: [integer, true],
  is_test: [boolean, true],
  is_static: [boolean, true],
  subscription_hash_id: [string, true],
  event_data: [object, true],
  subscription: [array | NULL, true],
  event_id: [string, false],
  email: [string | NULL, false],
  profile: [object, false],
  content: [object, false],
  custom_data: [object, false],
} as const;

/** The ids that filters use: of every event, whatever its type. */
const SUBJECT_IDS = { message_id: integer, campaign_id: integer, segment_id: integer, resource_id: integer, pixel_id: integer } as const;
const SENT = { launch_id: string, send_message_id: string } as const;
const VISIT = {
  ip: string, country: string, city: string, postal_code: string, region: string, tz: string, lat: NUMBER, lon: NUMBER, user_agent: string, os: string, browser: string, device: string,
} as const;

/** `event_data` as far as we know its keys (contract.md 3.2, 3.4): what each may be; all others pass. */
const EVENT_DATA = {
  tracking: { ...SUBJECT_IDS, ...SENT, ...VISIT, link_url: string, extra_uid: string },
  delivery: { ...SUBJECT_IDS, ...SENT, code: string, response: string },
  subscription_status: { ...SUBJECT_IDS, channel: string, old_status: string, new_status: string, source: string },
  pixel: { ...SUBJECT_IDS, ...VISIT, send_message_id: string, goal: string, value: NUMBER, goals: array, pixel_data: object, referer: string, url: string, utm: object },
  import: { ...SUBJECT_IDS, is_new: boolean, import_id: integer, vendor: string },
  segment: { ...SUBJECT_IDS, segment_type: string },
  promocode: SUBJECT_IDS,
  profile: SUBJECT_IDS,
  campaign_launch: { ...SUBJECT_IDS, launch_id: string },
  profile_merge: { ...SUBJECT_IDS, source: array, destination: object },
  profile_split: { ...SUBJECT_IDS, source: object, destination: array },
} as const satisfies Readonly<Record<EventStructure, Readonly<Record<string, number>>>>;

/** One element of `subscription` (contract.md 3.5). */
const SUBSCRIPTION = {
  resource_id: integer, channel: string, email: string, phone: string, subscription_id: string, provider: string, priority: integer, status: string, ccsub: object,
} as const;

/** Message content as far as we know its keys (contract.md 5), of all channels together: no name means two things. */
const CONTENT = {
  channel: string, subject: string, from: string, html: string, text: string, title: string, body: string, icon: string, image: string, click_action: string, media_url: string, buttons: array,
} as const;
const CONTENT_BUTTON = { label: string, link: string } as const;

type EnvelopeName = keyof typeof ENVELOPE;
type NamesOf<Shape> = Shape extends unknown ? keyof Shape : never;
export type EventDataName = NamesOf<(typeof EVENT_DATA)[EventStructure]> & string;

function codesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): Readonly<Record<Name, number>> {
  return Object.fromEntries(Object.keys(table).map((name, code) => [name, code])) as Record<Name, number>;
}

/** Codes of the members in an event's records. */
export const FIELD = codesOf<EnvelopeName>(ENVELOPE);
const EVENT_DATA_KEYS: Readonly<Record<string, number>> = Object.assign({}, ...Object.values(EVENT_DATA));
export const DATA_FIELD = codesOf<EventDataName>(EVENT_DATA_KEYS as Readonly<Record<EventDataName, number>>);
/** By code. */
export const ENVELOPE_NAMES: readonly string[] = Object.keys(ENVELOPE);
export const EVENT_DATA_NAMES: readonly string[] = Object.keys(EVENT_DATA_KEYS);
const ENVELOPE_KINDS: readonly number[] = Object.values(ENVELOPE).map(([kinds]) => kinds);
export const IS_DELIVERED: readonly boolean[] = Object.values(ENVELOPE).map(([, isDelivered]) => isDelivered);
/** What the door knows of an event, by name: for who describes it. */
export const EVENT_FIELDS: {
  readonly envelope: Readonly<Record<string, readonly [kinds: number, isDelivered: boolean]>>;
  readonly eventData: Readonly<Record<EventStructure, Readonly<Record<string, number>>>>;
  readonly subscription: Readonly<Record<string, number>>;
  readonly content: Readonly<Record<string, number>>;
  readonly contentButton: Readonly<Record<string, number>>;
} = { envelope: ENVELOPE, eventData: EVENT_DATA, subscription: SUBSCRIPTION, content: CONTENT, contentButton: CONTENT_BUTTON };

const ENVELOPE_TABLE = new KeyTable(ENVELOPE_NAMES);
const EVENT_DATA_TABLE = new KeyTable(EVENT_DATA_NAMES);
const ANY: readonly number[] = EVENT_DATA_NAMES.map(() => 0);

/** Known keys in any number, null among their kinds; unknown ones pass. */
function openShape(kinds: Readonly<Record<string, number>>, inner: Readonly<Record<string, ObjectShape>> = {}): ObjectShape {
  const names = Object.keys(kinds);
  return { table: new KeyTable(names), kinds: Object.values(kinds).map((kind) => kind | NULL), isClosed: false, inner: names.map((name) => inner[name] ?? null), wideCode: -1, record: null };
}

const SUBSCRIPTION_SHAPE = openShape(SUBSCRIPTION);
const CONTENT_SHAPE = openShape(CONTENT, { buttons: openShape(CONTENT_BUTTON) });

/** What the scanner notes about one event. */
export interface EventRecords {
  readonly shape: ObjectShape;
  readonly envelope: MemberRecord;
  readonly eventData: MemberRecord;
}

export function createEventRecords(): EventRecords {
  const envelope = new MemberRecord(ENVELOPE_NAMES.length);
  const eventData = new MemberRecord(EVENT_DATA_NAMES.length);
  const inner = ENVELOPE_NAMES.map((): ObjectShape | null => null);
  inner[FIELD.event_data] = { table: EVENT_DATA_TABLE, kinds: ANY, isClosed: false, inner: [], wideCode: -1, record: eventData };
  inner[FIELD.subscription] = SUBSCRIPTION_SHAPE;
  inner[FIELD.content] = CONTENT_SHAPE;
  return { envelope, eventData, shape: { table: ENVELOPE_TABLE, kinds: ENVELOPE_KINDS, isClosed: true, inner, wideCode: FIELD.content, record: envelope } };
}
