import { emailHashes } from '../hash/email-hashes.ts';
import { LIMITS } from '../json/limits.ts';
import type { JsonScanner } from '../json/json-scanner.ts';
import { KIND } from '../json/object-shape.ts';
import { leadingProblem, statusOfProblem } from '../json/problem-status.ts';
import type { ItemPlace, ItemReader } from '../json/read-batch.ts';
import type { Problem } from '../problem/problem.ts';
import { buildBase } from './build-base.ts';
import { checkEventData, subjectIds } from './check-event-data.ts';
import { checkAccount, checkDatabaseId, checkEventDate, checkEventId, checkEventType, checkHashes, checkProfile, checkProfileId, checkRequired, checkSendsTrying } from './check-envelope.ts';
import type { EventContext, ParsedEvent, RejectedEvent } from './event-context.ts';
import { DATA_FIELD, FIELD, type EventRecords } from './event-fields.ts';
import { EventMembers } from './event-members.ts';

/** Turns what the scanner noted about an event into a draft, or into all of its problems. */
export class EventReader implements ItemReader<ParsedEvent> {
  private readonly context: EventContext;
  private readonly members: EventMembers;

  constructor(records: EventRecords, context: EventContext) {
    this.context = context;
    this.members = new EventMembers(records);
  }

  read({ index, path }: ItemPlace, scanner: JsonScanner): ParsedEvent {
    if (scanner.kind !== KIND.object) return reject(index, [...scanner.problems, { path, code: 'schema_object_expected', message: 'Must be an event object.' }]);
    const { members, context } = this;
    members.open(scanner.text, path, scanner.problems);
    checkRequired(members);
    const accountId = checkAccount(members, context);
    const eventType = checkEventType(members);
    // Without an account of its own an event learns nothing about the types of another's.
    const row = accountId === null || eventType === null ? undefined : context.eventType(accountId, eventType);
    if (accountId !== null && eventType !== null && row === undefined) members.refuse(FIELD.event_type, 'event_type_unknown', 'There is no such event type.');
    checkEventData(members, row === undefined ? null : eventType, row?.subjects);
    const eventTimeMs = checkEventDate(members, context.nowMs);
    const callerId = checkEventId(members);
    const profileId = checkProfileId(members);
    const databaseId = checkDatabaseId(members);
    checkHashes(members);
    checkSendsTrying(members);
    const profile = checkProfile(members);
    if (accountId === null || eventType === null || eventTimeMs === null || members.problems.length > 0) return reject(index, members.problems);
    const ids = subjectIds(members);
    return {
      index,
      ok: true,
      draft: {
        accountId, databaseId, eventType, resourceId: ids.resourceId, mailingId: ids.mailingId, templateId: ids.templateId, segmentId: ids.segmentId, pixelId: ids.pixelId,
        profileId, eventTimeMs, base: this.completeBase(accountId), profile,
        customData: members.raw(FIELD.custom_data, KIND.object),
        contentRef: members.dataString(DATA_FIELD.send_message_id),
        callerId,
      },
      content: members.raw(FIELD.content, KIND.object),
    };
  }

  refuse({ index }: ItemPlace, problems: readonly Problem[]): ParsedEvent {
    return reject(index, problems);
  }

  private completeBase(accountId: number): string {
    const { members } = this;
    let base = buildBase(members.text, members.envelope);
    if (!members.has(FIELD.account_id)) base += `,"account_id":${accountId}`;
    if (!members.has(FIELD.is_test)) base += ',"is_test":false';
    const lacksXxh = !members.has(FIELD._xxh);
    const lacksMd5 = !members.has(FIELD._md5);
    const email = lacksXxh || lacksMd5 ? members.string(FIELD.email) : null;
    const hashes = email === null ? null : emailHashes(email);
    if (hashes === null) return base;
    if (lacksXxh) base += `,"_xxh":"${hashes._xxh}"`;
    if (lacksMd5) base += `,"_md5":"${hashes._md5}"`;
    return base;
  }
}

function reject(index: number, problems: readonly Problem[]): RejectedEvent {
  const { code, path } = leadingProblem(problems);
  return { index, ok: false, status: statusOfProblem(code), code, path, problems: problems.slice(0, LIMITS.problemsMax) };
}
