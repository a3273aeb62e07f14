// An event is a function of (seed, number). Its text holds what breaks careless code: numbers that no double keeps, escapes of every kind, dates with nine digits or
// none, templates that must stay as they are.
import type { Dice } from './dice.ts';
import { diceFor } from './dice.ts';
import { EVENT_TYPES, SUBJECTS_OF, SUBJECT_KEYS } from './event-types.ts';
import type { Subject } from './event-types.ts';
import { CATALOG_IDS, DATABASES, PROFILES_PER_DATABASE, profileId } from './world.ts';
import type { ProfileFields } from './world.ts';

export interface OracleEvent {
  readonly number: number;
  readonly id: string;
  readonly type: string;
  readonly databaseId: number | null;
  readonly profileId: string | null;
  readonly date: { readonly day: string; readonly time: string; /** Nine digits. */ readonly fraction: string };
  readonly subjects: Readonly<Partial<Record<Subject, number>>>;
  /** The JSON to send. */
  readonly text: string;
  /** `event_data` inside it, byte for byte. */
  readonly dataText: string;
  /** What every message of this event holds besides `event_id` and `custom_data`. */
  readonly carried: Readonly<Record<string, unknown>>;
  /** Profile fields that came with the event: they stand for the stored ones. */
  readonly ownProfile?: ProfileFields;
  /** It stands for the hook's template. */
  readonly ownCustomData?: Readonly<Record<string, unknown>>;
}

export interface EventOptions {
  /** Bytes added to `event_data` of some events. */
  readonly padding?: (number: number) => number;
  /** Only these types. */
  readonly types?: readonly string[];
}

const ACCOUNT_ID = 1;
const FIRST_DATE_MS = Date.UTC(2025, 2, 30, 0, 59, 58);
const FRACTIONS = ['', '.4', '.050', '.123456', '.000001', '.987654321', '.100000000', '.000000009'];
const NUMBERS = ['18014398509481985', '1.10', '-0.0', '6.02E23', '0.30000000000000004441', '314159265358979323846264338327950288'];
const TEXTS = ['"caf\\u00e9 \\/ \\"x\\""', '"東京 — Ünïcödé 🚀"', '"\\ud83d\\ude80"', '"{{event_date}} {{nothing}} $& $1"', '"a\\tb\\nc\\u2028d\\u0000e"', '"<b>&amp;</b>"', '""'];
const WITHOUT_PROFILE = new Set(['campaign_launch']);

/** Addresses with what contract.md 3.1 makes of them: XXH64 (seed 0) and MD5 of the trimmed, lower-cased text. The figures were made with other programs than ours. */
const ADDRESSES: readonly { readonly email: string; readonly xxh: string; readonly md5: string }[] = [
  { email: ' Ann.Example@Mail.EXAMPLE ', xxh: 'cd67ccacd3d19b7d', md5: 'ea3af36fec7d558c0439a3e55716a60d' },
  { email: 'bob+tag@example.org', xxh: 'e2b6440752d2bedd', md5: '9c01fa6fbe96b5067d747221fbfedaf4' },
  { email: 'zoë@exämple.net', xxh: 'ac7c10c26351f87c', md5: '9fe3d006f73563488680e14b1ce70f12' },
  { email: 'a.very.long.mailbox.name.of.more.than.32.bytes@subdomain.example.com', xxh: 'db0b012da0c7e8c5', md5: 'e6bb65b57448c82743a18c9dffc608ca' },
];

export function makeEvent(seed: number, number: number, options: EventOptions = {}): OracleEvent {
  const dice = diceFor(seed, number);
  const id = `o${seed}-${number}`;
  const type = dice.pick(options.types ?? EVENT_TYPES);
  const databaseId = WITHOUT_PROFILE.has(type) ? null : dice.pick(DATABASES);
  const person = databaseId !== null && dice.chance(0.95) ? profileId(databaseId, dice.below(PROFILES_PER_DATABASE)) : null;
  const [day = '', time = ''] = new Date(FIRST_DATE_MS + number * 11).toISOString().slice(0, 19).split('T');
  const fraction = dice.pick(FRACTIONS);
  const subjects = drawSubjects(dice, type);
  const dataText = drawData(dice, number, subjects, options.padding?.(number) ?? 0);

  const plain: Record<string, unknown> = { event_type: type, event_date: `${day}T${time}${fraction}Z` };
  if (databaseId !== null) plain['list_id'] = databaseId;
  if (person !== null) plain['profile_id'] = person;
  if (dice.chance(0.2)) plain['is_static'] = dice.chance(0.5);
  if (dice.chance(0.1)) plain['sends_trying_num'] = 1 + dice.below(4);
  if (dice.chance(0.2)) plain['subscription_hash_id'] = dice.hex(6);
  if (dice.chance(0.3)) plain['subscription'] = [{ resource_id: 2, channel: 'push', subscription_id: dice.hex(16), provider: 'android-firebase', priority: 0, status: 'subscribed', ccsub: { id: 7 } }];
  const isTest = dice.chance(0.5) ? { is_test: dice.chance(0.1) } : {};
  const hashes = databaseId === null ? { sent: {}, carried: {} } : drawHashes(dice);
  const ownProfile = person !== null && dice.chance(0.1) ? { email: `then${number}@example.net`, _fname: 'Then', phones: [] } : undefined;
  const ownCustomData = dice.chance(0.03) ? { order: `A-${number}`, t: '{{uuid}}', nested: { n: [1, null] } } : undefined;

  const sent = { event_id: id, ...plain, ...isTest, ...hashes.sent, ...(ownProfile && { profile: ownProfile }), ...(ownCustomData && { custom_data: ownCustomData }) };
  const text = `${JSON.stringify(sent).slice(0, -1)},"event_data":${dataText}}`;
  return {
    number, id, type, databaseId, profileId: person, date: { day, time, fraction: fraction.slice(1).padEnd(9, '0') }, subjects, text, dataText,
    carried: { account_id: ACCOUNT_ID, ...plain, is_test: false, ...isTest, ...hashes.carried, event_data: JSON.parse(dataText) as unknown },
    ...(ownProfile && { ownProfile }),
    ...(ownCustomData && { ownCustomData }),
  };
}

/** The number of the event that a message, or an event's text, is made of; null when it is none of ours. */
export function eventNumberIn(text: string): number | null {
  const match = /"oracle_n":(\d+),/.exec(text);
  return match ? Number(match[1]) : null;
}

function drawSubjects(dice: Dice, type: string): Partial<Record<Subject, number>> {
  const subjects: Partial<Record<Subject, number>> = {};
  for (const subject of SUBJECTS_OF[type] ?? []) {
    const ids: readonly number[] = CATALOG_IDS[SUBJECT_KEYS[subject].filter];
    const mayLack = subject !== 'pixel' && subject !== 'mailing';
    if (!mayLack || dice.chance(0.9)) subjects[subject] = dice.pick(ids);
  }
  return subjects;
}

function drawData(dice: Dice, number: number, subjects: Readonly<Partial<Record<Subject, number>>>, padding: number): string {
  const parts = [`"oracle_n":${number}`];
  for (const [subject, id] of Object.entries(subjects)) parts.push(`"${SUBJECT_KEYS[subject as Subject].field}":${id}`);
  // the platform's samples write 0 where there is no segment
  if (subjects.segment === undefined && subjects.mailing !== undefined) parts.push('"segment_id": 0');
  parts.push(`"ip":"192.0.2.${dice.below(255)}"`, '"country":".fr","city":"Lyon","postal_code":"69001","region":"Rhône"', '"tz":"Europe/Paris","lat": 45.7600,"lon":4.83');
  parts.push('"user_agent":"ExampleBrowser/1.0 (X11; Linux x86_64)","os":"Linux x86_64","browser":"Firefox","device":"web"');
  parts.push(`"link_url":"https:\\/\\/shop.example.net\\/p\\/${number}?a=1&b=${dice.hex(12)}"`, `"odd_number":${dice.pick(NUMBERS)}`, `"odd_text" : ${dice.pick(TEXTS)}`);
  if (padding > 0) parts.push(`"padding":"${'x'.repeat(padding)}"`);
  return `{${parts.join(',')}}`;
}

function drawHashes(dice: Dice): { readonly sent: object; readonly carried: object } {
  if (dice.chance(0.7)) {
    const ready = { _xxh: dice.hex(16), _md5: dice.hex(32) };
    return { sent: ready, carried: ready };
  }
  const { email, xxh, md5 } = dice.pick(ADDRESSES);
  return { sent: { email }, carried: { _xxh: xxh, _md5: md5 } };
}
