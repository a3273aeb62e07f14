import { KIND, type MemberRecord } from '../json/object-shape.ts';
import { LIMITS } from '../json/limits.ts';
import type { Problem } from '../problem/problem.ts';
import { ENVELOPE_NAMES, EVENT_DATA_NAMES, type EventRecords } from './event-fields.ts';

/** Typed access to what the scanner noted about the event it has just read, and the place where its problems gather. */
export class EventMembers {
  readonly envelope: MemberRecord;
  readonly eventData: MemberRecord;
  text = '';
  problems: Problem[] = [];
  private path = '';

  constructor(records: EventRecords) {
    this.envelope = records.envelope;
    this.eventData = records.eventData;
  }

  /** `problems` are those that the scan has found already; more are added to them. */
  open(text: string, path: string, problems: Problem[]): void {
    this.text = text;
    this.path = path;
    this.problems = problems;
  }

  /** Whether the event has the member, null included. */
  has(code: number): boolean {
    return this.envelope.kinds[code] !== 0;
  }

  /** A member's bytes as sent, when it is of that kind. */
  raw(code: number, kind: number): string | null {
    return this.envelope.kinds[code] === kind ? this.text.slice(this.envelope.valueStart[code], this.envelope.valueEnd[code]) : null;
  }

  /** A member's string, decoded; null when it is absent or no string. */
  string(code: number): string | null {
    return this.stringOf(this.envelope, code);
  }

  /** The same in `event_data`. */
  dataString(code: number): string | null {
    return this.stringOf(this.eventData, code);
  }

  /** NaN when the integer is beyond 2^53 - 1; null when the member is absent or no integer. */
  integer(code: number): number | null {
    return this.envelope.kinds[code] === KIND.integer ? (this.envelope.integers[code] as number) : null;
  }

  /** An id in `event_data`; null when it is absent, no integer or beyond 2^53 - 1. */
  dataId(code: number): number | null {
    const id = this.eventData.kinds[code] === KIND.integer ? (this.eventData.integers[code] as number) : Number.NaN;
    return Number.isNaN(id) ? null : id;
  }

  refuse(fieldCode: number, code: string, message: string): void {
    this.add(`${this.path}/${ENVELOPE_NAMES[fieldCode]}`, code, message);
  }

  refuseData(dataCode: number, code: string, message: string): void {
    this.add(`${this.path}/event_data/${EVENT_DATA_NAMES[dataCode]}`, code, message);
  }

  private add(path: string, code: string, message: string): void {
    if (this.problems.length < LIMITS.problemsMax) this.problems.push({ path, code, message });
  }

  private stringOf(record: MemberRecord, code: number): string | null {
    if (record.kinds[code] !== KIND.string) return null;
    const start = record.valueStart[code] as number;
    const end = record.valueEnd[code] as number;
    const inner = this.text.slice(start + 1, end - 1);
    return inner.includes('\\') ? (JSON.parse(this.text.slice(start, end)) as string) : inner;
  }
}
