// Ids that destinations see. Each is a keyed hash of what makes the thing the thing, so that it is the same on every attempt and after a crash, without
// anything stored; and nobody without the id key can guess or forge one. The hashed text is framed: numbers end in `;`, texts carry their length, and it
// begins with what it is for, so two different inputs never give one text. Changing a frame changes every id: the golden vectors in the test hold it.
import { createKeyedHash } from './keyed-hash.ts';
import { hex } from './hex.ts';

/** 128 of the hash's 256 bits: no collision in 10^15 ids is to be expected. */
const ID_BYTES = 16;

export interface UnitIdInput {
  readonly hookId: string;
  readonly round: number;
  readonly exportId: string | null;
  /** 0 = first delivery. */
  readonly redrive: number;
  readonly shard: number;
  /** Of the events in the unit, ascending. */
  readonly positions: readonly number[];
  /** 0 = as rendered first. */
  readonly revision: number;
}

export interface MessageIdInput {
  readonly accountId: number;
  readonly eventId: string;
  readonly hookId: string;
  readonly round: number;
  readonly exportId: string | null;
}

export interface UuidInput {
  readonly accountId: number;
  readonly eventId: string;
  readonly hookId: string;
  /** Where in the hook's custom data; no part of it may come from the round, an export or an attempt. */
  readonly place: string;
}

export interface Ids {
  /** `dlv_` and 32 hex digits: one delivery with one body (`webhook-id`). */
  unitId(input: UnitIdInput): string;
  /** `msg_` and 32 hex digits: one event for one hook; brokers carry it on every copy. */
  messageId(input: MessageIdInput): string;
  /** The value of `{{uuid}}`: a UUID shaped like version 4, the same in every round and on every attempt. */
  uuid(input: UuidInput): string;
}

/** `key`: the id key, 32 bytes, never rotated. Another length throws HooklineError `key_invalid`. */
export function createIds(key: Uint8Array): Ids {
  const hash = createKeyedHash(key);
  return {
    unitId({ hookId, round, exportId, redrive, shard, positions, revision }) {
      const run = `${round};${redrive};${revision};${shard};${positions.length};`;
      return `dlv_${hex(hash(`unit;${run}${framed(hookId)}${framedOrNone(exportId)}${steps(positions)}`), 0, ID_BYTES)}`;
    },
    messageId({ accountId, eventId, hookId, round, exportId }) {
      return `msg_${hex(hash(`message;${accountId};${round};${framed(eventId)}${framed(hookId)}${framedOrNone(exportId)}`), 0, ID_BYTES)}`;
    },
    uuid({ accountId, eventId, hookId, place }) {
      return uuidOf(hash(`uuid;${accountId};${framed(eventId)}${framed(hookId)}${framed(place)}`));
    },
  };
}

function framed(text: string): string {
  return `${text.length}:${text}`;
}

function framedOrNone(text: string | null): string {
  return text === null ? '-' : framed(text);
}

/** The first position and the way to each next one: a tenth of the bytes of the positions themselves. */
function steps(positions: readonly number[]): string {
  let text = '';
  let previous = 0;
  for (const position of positions) {
    text += `${position - previous};`;
    previous = position;
  }
  return text;
}

function uuidOf(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return `${hex(bytes, 0, 4)}-${hex(bytes, 4, 6)}-${hex(bytes, 6, 8)}-${hex(bytes, 8, 10)}-${hex(bytes, 10, 16)}`;
}
