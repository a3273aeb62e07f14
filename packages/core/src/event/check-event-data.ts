import type { Subject } from '../hook/hook.ts';
import { KIND, describeKinds } from '../json/object-shape.ts';
import type { EventStructure } from '../registry/event-type-row.ts';
import { builtInEventType } from '../registry/event-types.ts';
import { DATA_FIELD, EVENT_DATA_KINDS, EVENT_DATA_NAMES, type EventDataName } from './event-fields.ts';
import type { EventMembers } from './event-members.ts';

const SUBJECT_FIELD: Readonly<Record<Subject, EventDataName>> = { resource: 'resource_id', mailing: 'campaign_id', template: 'message_id', segment: 'segment_id', pixel: 'pixel_id' };
const IDS: readonly EventDataName[] = Object.values(SUBJECT_FIELD);
const SENT: readonly EventDataName[] = ['launch_id', 'send_message_id'];

function flags(names: readonly string[]): readonly boolean[] {
  return EVENT_DATA_NAMES.map((name) => names.includes(name));
}

/** By code: whose type is checked. Documented keys only, and always the ids that filters use. */
const CHECKED_IN_TRACKING = flags(EVENT_DATA_NAMES);
const CHECKED_IN_DELIVERY = flags([...IDS, ...SENT]);
const CHECKED_IN_OTHERS = flags(IDS);
const NONE: readonly Subject[] = [];

/** The keys of `event_data` whose types are checked on events of this structure. */
export function checkedDataKeys(structure: EventStructure): readonly string[] {
  const isChecked = structure === 'tracking' ? CHECKED_IN_TRACKING : structure === 'delivery' ? CHECKED_IN_DELIVERY : CHECKED_IN_OTHERS;
  return EVENT_DATA_NAMES.filter((_, code) => isChecked[code]);
}

/** An account's own type may use the platform's key names with meanings of its own: there only the ids of its subjects are checked. */
function checkedKeys(eventType: string, subjects: readonly Subject[]): readonly boolean[] {
  const structure = builtInEventType(eventType)?.structure;
  if (structure === 'tracking') return CHECKED_IN_TRACKING;
  if (structure === 'delivery') return CHECKED_IN_DELIVERY;
  return structure === undefined ? flags(subjects.map((subject) => SUBJECT_FIELD[subject])) : CHECKED_IN_OTHERS;
}

/** Types of the known keys. `eventType` null = unknown: then the ids are checked, so that all problems are named at once. */
export function checkEventData(members: EventMembers, eventType: string | null, subjects: readonly Subject[] = NONE): void {
  const isChecked = eventType === null ? CHECKED_IN_OTHERS : checkedKeys(eventType, subjects);
  const { order, count, kinds, integers } = members.eventData;
  for (let at = 0; at < count; at++) {
    const code = order[at] as number;
    const kind = kinds[code] as number;
    const allowed = EVENT_DATA_KINDS[code] as number;
    if (!isChecked[code]) continue;
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
