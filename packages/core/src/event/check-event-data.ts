import type { Subject } from '../hook/hook.ts';
import { KIND, describeKinds } from '../json/object-shape.ts';
import { builtInEventType } from '../registry/event-types.ts';
import { DATA_FIELD, EVENT_DATA_NAMES, EVENT_FIELDS, type EventDataName } from './event-fields.ts';
import type { EventMembers } from './event-members.ts';

const SUBJECT_FIELD: Readonly<Record<Subject, EventDataName>> = { resource: 'resource_id', mailing: 'campaign_id', template: 'message_id', segment: 'segment_id', pixel: 'pixel_id' };

/** By code: what the key may be; 0 = whatever it is. Null passes everywhere: a consumer reads it as absent. */
const kindsByCode = (kinds: Readonly<Record<string, number>>): readonly number[] => EVENT_DATA_NAMES.map((name) => (Object.hasOwn(kinds, name) ? (kinds[name] as number) | KIND.null : 0));
const ofSubjects = (subjects: readonly Subject[]): readonly number[] => kindsByCode(Object.fromEntries(subjects.map((subject) => [SUBJECT_FIELD[subject], KIND.integer])));

const BY_STRUCTURE = new Map(Object.entries(EVENT_FIELDS.eventData).map(([structure, kinds]) => [structure, kindsByCode(kinds)]));
/** Of an unknown type. */
const IDS = ofSubjects(['resource', 'mailing', 'template', 'segment', 'pixel']);
const NONE: readonly Subject[] = [];

/** An account's own type may use the platform's key names with meanings of its own: there only the ids of its subjects are checked. */
function allowedKinds(eventType: string, subjects: readonly Subject[]): readonly number[] {
  const structure = builtInEventType(eventType)?.structure;
  return (structure === undefined ? undefined : BY_STRUCTURE.get(structure)) ?? ofSubjects(subjects);
}

/** Types of the known keys. `eventType` null = unknown: then the ids are checked, so that all problems are named at once. */
export function checkEventData(members: EventMembers, eventType: string | null, subjects: readonly Subject[] = NONE): void {
  const allowedOf = eventType === null ? IDS : allowedKinds(eventType, subjects);
  const { order, count, kinds, integers } = members.eventData;
  for (let at = 0; at < count; at++) {
    const code = order[at] as number;
    const kind = kinds[code] as number;
    const allowed = allowedOf[code] as number;
    if (allowed === 0) continue;
    if ((kind & allowed) === 0) members.refuseData(code, 'type', `Must be ${describeKinds(allowed & ~KIND.null)}.`);
    else if (allowed === (KIND.integer | KIND.null) && kind === KIND.integer && Number.isNaN(integers[code])) members.refuseData(code, 'range', 'Must be at most 2^53 - 1.');
  }
}

/** What filters look at, as columns. */
interface SubjectIds {
  readonly resourceId: number | null;
  readonly mailingId: number | null;
  readonly templateId: number | null;
  readonly segmentId: number | null;
  readonly pixelId: number | null;
}

export function subjectIds(members: EventMembers): SubjectIds {
  return {
    resourceId: members.dataId(DATA_FIELD.resource_id),
    mailingId: members.dataId(DATA_FIELD.campaign_id),
    templateId: members.dataId(DATA_FIELD.message_id),
    // The platform's samples write 0 for "no segment".
    segmentId: members.dataId(DATA_FIELD.segment_id) || null,
    pixelId: members.dataId(DATA_FIELD.pixel_id),
  };
}
