import { parseEventDate } from '../date/parse-date.ts';
import { LIMITS } from '../json/limits.ts';
import { KIND } from '../json/object-shape.ts';
import { exceedsUtf8Bytes } from '../message/utf8-byte-length.ts';
import type { EventContext } from './event-context.ts';
import { FIELD } from './event-fields.ts';
import type { EventMembers } from './event-members.ts';

// Each check names what is wrong and gives the value, or null when there is none to go on with. Wrong JSON types have been named by the scan.

const IDENTIFIER = /^[A-Za-z0-9_.:-]+$/;
const HEX = /^[0-9A-Fa-f]+$/;
const REQUIRED: readonly number[] = [FIELD.event_type, FIELD.event_date, FIELD.event_data];
const HASHES: readonly (readonly [field: number, digits: number])[] = [[FIELD._xxh, 16], [FIELD._md5, 32]];

export function checkRequired(members: EventMembers): void {
  for (const field of REQUIRED) if (!members.has(field)) members.refuse(field, 'required', 'This field is required.');
}

/** The event's account: the token's, the one that the event names, or the header's. */
export function checkAccount(members: EventMembers, context: EventContext): number | null {
  const expected = context.tokenAccountId ?? context.headerAccountId;
  let accountId = expected;
  if (members.has(FIELD.account_id)) {
    accountId = members.integer(FIELD.account_id);
    if (accountId === null) return null;
    if (!(accountId >= 1)) return refused(members, FIELD.account_id, 'range', 'Must be 1 to 2^53 - 1.');
    if (context.tokenAccountId !== null && accountId !== context.tokenAccountId) return refused(members, FIELD.account_id, 'account_forbidden', "Not the token's account.");
    if (expected !== null && accountId !== expected) return refused(members, FIELD.account_id, 'account_conflict', 'Not the account of the header hookline-account.');
  }
  if (accountId === null) return refused(members, FIELD.account_id, 'required', 'With a platform token the event or the header hookline-account names the account.');
  if (context.tokenAccountId === null && !context.accountExists(accountId)) return refused(members, FIELD.account_id, 'account_unknown', 'There is no such account.');
  return accountId;
}

export function checkEventType(members: EventMembers): string | null {
  const eventType = members.string(FIELD.event_type);
  if (eventType === null || hasNul(members, FIELD.event_type, eventType)) return null;
  return isIdentifier(eventType) ? eventType : refused(members, FIELD.event_type, 'event_type_unknown', 'There is no such event type.');
}

/** Unix ms. */
export function checkEventDate(members: EventMembers, nowMs: number): number | null {
  const text = members.string(FIELD.event_date);
  if (text === null) return null;
  const date = parseEventDate(text);
  if (date === null) return refused(members, FIELD.event_date, 'date_invalid', 'Must be RFC 3339 in UTC, such as 2026-01-25T15:04:05.123456789Z.');
  if (date.epochMs < 0 || date.epochMs > nowMs + LIMITS.eventAheadMsMax) return refused(members, FIELD.event_date, 'time_out_of_range', 'Must be 1970-01-01 to 24 h from now.');
  return date.epochMs;
}

/** The caller's `event_id`. */
export function checkEventId(members: EventMembers): string | null {
  const eventId = members.string(FIELD.event_id);
  if (eventId === null || hasNul(members, FIELD.event_id, eventId)) return null;
  return isIdentifier(eventId) ? eventId : refused(members, FIELD.event_id, 'identifier_invalid', `Must be 1 to ${LIMITS.identifierCharsMax} of A-Z a-z 0-9 _ . : -`);
}

export function checkProfileId(members: EventMembers): string | null {
  const profileId = members.string(FIELD.profile_id);
  if (profileId === null || hasNul(members, FIELD.profile_id, profileId)) return null;
  if (profileId === '') return refused(members, FIELD.profile_id, 'too_short', 'Must have at least 1 character.');
  return profileId.length <= LIMITS.profileIdCharsMax ? profileId : refused(members, FIELD.profile_id, 'too_long', `Must have at most ${LIMITS.profileIdCharsMax} characters.`);
}

export function checkDatabaseId(members: EventMembers): number | null {
  const databaseId = members.integer(FIELD.list_id);
  if (databaseId === null || databaseId >= 1) return databaseId;
  return refused(members, FIELD.list_id, 'range', 'Must be 1 to 2^53 - 1.');
}

export function checkHashes(members: EventMembers): void {
  for (const [field, digits] of HASHES) {
    const hash = members.string(field);
    if (hash !== null && (hash.length !== digits || !HEX.test(hash))) members.refuse(field, 'format', `Must be ${digits} hex digits.`);
  }
}

export function checkSendsTrying(members: EventMembers): void {
  const count = members.integer(FIELD.sends_trying_num);
  if (count !== null && !(count >= 0)) members.refuse(FIELD.sends_trying_num, 'range', 'Must be 0 to 2^53 - 1.');
}

/** Raw JSON of the profile at the moment of the event. */
export function checkProfile(members: EventMembers): string | null {
  const profile = members.raw(FIELD.profile, KIND.object);
  if (profile === null || !exceedsUtf8Bytes(profile, LIMITS.profileBytesMax)) return profile;
  return refused(members, FIELD.profile, 'profile_too_large', `The profile has more than ${LIMITS.profileBytesMax} bytes.`);
}

function isIdentifier(text: string): boolean {
  return text.length <= LIMITS.identifierCharsMax && IDENTIFIER.test(text);
}

function hasNul(members: EventMembers, field: number, text: string): boolean {
  if (!text.includes('\0')) return false;
  members.refuse(field, 'control_character', 'An identifier holds a NUL.');
  return true;
}

function refused(members: EventMembers, field: number, code: string, message: string): null {
  members.refuse(field, code, message);
  return null;
}
