import type { Subject } from '../hook/hook.ts';
import { eventSample } from './event-sample.ts';
import type { EventFamily, EventStructure, EventTypeRow } from './event-type-row.ts';

// The built-in rows of the registry: contract.md 2.1 (documented) and 2.2, 2.3 (assumed). Names are data: nothing else in the code knows one, except the rules
// for a change of status, which say so.

interface Kind {
  readonly family: EventFamily;
  readonly structure: EventStructure;
  readonly status: EventTypeRow['status'];
  /** As in `subscription[].channel`; '' where there is none. */
  readonly channel: string;
}

type Line = readonly [eventType: string, label: string, description: string];

const MESSAGE_SUBJECTS: readonly Subject[] = ['resource', 'mailing', 'template', 'segment'];
const SUBJECTS: Readonly<Record<EventStructure, readonly Subject[]>> = {
  tracking: MESSAGE_SUBJECTS, delivery: MESSAGE_SUBJECTS, campaign_launch: MESSAGE_SUBJECTS, subscription_status: ['resource'], pixel: ['pixel'], segment: ['segment'],
  import: [], promocode: [], profile: [], profile_merge: [], profile_split: [],
};
const NOT_EXPORTABLE: readonly EventStructure[] = ['campaign_launch', 'profile_merge', 'profile_split'];

function rows(kind: Kind, ...lines: readonly Line[]): EventTypeRow[] {
  const { family, structure, status, channel } = kind;
  return lines.map(([eventType, label, description]) => ({
    eventType, family, structure, label, description, status,
    subjects: SUBJECTS[structure],
    exportable: !NOT_EXPORTABLE.includes(structure),
    sample: eventSample(eventType, structure, family, channel),
  }));
}

const EMAIL = { family: 'email', status: 'documented', channel: 'email' } as const;
const SMS = { family: 'sms', status: 'documented', channel: 'sms' } as const;
const PUSH = { family: 'push', status: 'documented', channel: 'push' } as const;

const DOCUMENTED: readonly EventTypeRow[] = [
  ...rows({ ...EMAIL, structure: 'delivery' },
    ['send', 'Send', 'The message was handed over for sending'],
    ['reply', 'Reply', 'The recipient replied']),
  ...rows({ ...EMAIL, structure: 'tracking' },
    ['uopen', 'Unique Open', 'First open of the message by the recipient'],
    ['open', 'Open', 'Any open of the message'],
    ['uclick', 'Unique Click', 'First click in the message; also makes open and uopen where no open had been recorded'],
    ['click', 'Click', 'Any click in the message'],
    ['confirm', 'Confirm', 'Click on a confirmation link in an ordinary message; also makes click, and uclick when it is the first'],
    ['confirmsub', 'Confirm Subscription', 'Click on the confirmation link of a double opt-in message'],
    ['unsub', 'Unsubscribe', 'The recipient unsubscribed by a link of the message, or the status became Unsubscribed']),
  ...rows({ ...EMAIL, structure: 'delivery' },
    ['complain', 'Complain', 'Spam complaint'],
    ['sbounce', 'SoftBounce', 'Temporary refusal'],
    ['hbounce', 'HardBounce', 'Permanent refusal'],
    ['suppress', 'Suppression', 'Not sent: the address is on a suppression list'],
    ['deliv', 'Delivered', 'The message was delivered'],
    ['undeliv', 'Undelivered', 'The sender could not deliver the message']),
  ...rows({ ...EMAIL, structure: 'tracking' },
    ['read', 'Read Message', 'The message was open for 8 seconds or longer'],
    ['skimmed', 'Skimmed Message', 'The message was open for 4 to 8 seconds'],
    ['glanced', 'Glanced Message', 'The message was open for less than 4 seconds']),
  ...rows({ family: 'import', structure: 'import', status: 'documented', channel: '' },
    ['import_manual', 'Manual Import', 'A profile was entered by hand'],
    ['import_file', 'File Import', 'A profile was imported from a file'],
    ['import_api', 'API Import', 'A profile was imported over the API']),
  ...rows({ ...SMS, structure: 'delivery' },
    ['send_sms', 'Send SMS', 'The SMS was handed over for sending'],
    ['deliv_sms', 'Delivered SMS', 'The SMS was delivered'],
    ['undeliv_sms', 'Undelivered SMS', 'The SMS could not be delivered']),
  ...rows({ ...SMS, structure: 'tracking' },
    ['click_sms', 'Click SMS', 'Any click in the SMS'],
    ['uclick_sms', 'Unique Click SMS', 'First click in the SMS'],
    ['unsub_sms', 'Unsubscribe SMS', 'The recipient unsubscribed by a link of the SMS, or the status became Unsubscribed']),
  ...rows({ ...PUSH, structure: 'tracking' },
    ['uopen_push', 'Unique Open Push', 'First open of the push message'],
    ['open_push', 'Open Push', 'Any open of the push message'],
    ['click_push', 'Click Push', 'Any click in the push message'],
    ['uclick_push', 'Unique Click Push', 'First click in the push message']),
  ...rows({ ...PUSH, structure: 'delivery' }, ['send_push', 'Send Push', 'The push message was handed over for sending']),
  ...rows({ family: 'platform', structure: 'campaign_launch', status: 'documented', channel: '' }, ['campaign_launch', 'Campaign launched', 'A mailing was launched']),
  ...rows({ family: 'platform', structure: 'profile_merge', status: 'documented', channel: '' }, ['profile_merge', 'Profile merge', 'Profiles were merged into one']),
  ...rows({ family: 'platform', structure: 'profile_split', status: 'documented', channel: '' }, ['profile_split', 'Profile split', 'A profile was split into several']),
];

/** Channel as in event names and in `subscription[].channel` → as people write it. */
const MESSENGERS: Readonly<Record<string, string>> = { whatsapp: 'WhatsApp', viber: 'Viber', telegram_bot: 'Telegram Bot', max_bot: 'MAX Bot', notify: 'Notify' };

function messengerRows([channel, name]: readonly [string, string]): EventTypeRow[] {
  const kind = { family: 'messenger', status: 'assumed', channel } as const;
  return [
    ...rows({ ...kind, structure: 'delivery' },
      [`send_${channel}`, `Send ${name}`, `The ${name} message was handed over for sending`],
      [`deliv_${channel}`, `Delivered ${name}`, `The ${name} message was delivered`],
      [`undeliv_${channel}`, `Undelivered ${name}`, `The ${name} message could not be delivered`],
      [`reply_${channel}`, `Reply ${name}`, `The recipient replied to the ${name} message`]),
    ...rows({ ...kind, structure: 'tracking' },
      [`read_${channel}`, `Read ${name}`, `The ${name} message was read`],
      [`open_${channel}`, `Open ${name}`, `Any open of the ${name} message`],
      [`uopen_${channel}`, `Unique Open ${name}`, `First open of the ${name} message`],
      [`click_${channel}`, `Click ${name}`, `Any click in the ${name} message`],
      [`uclick_${channel}`, `Unique Click ${name}`, `First click in the ${name} message`],
      [`unsub_${channel}`, `Unsubscribe ${name}`, `The recipient unsubscribed from ${name}`]),
  ];
}

/** What a change of a subscription's status makes where 2.1 and 2.2 have no name for it. */
function statusRows(family: EventFamily, channel: string, name: string): EventTypeRow[] {
  const kind = { family, status: 'assumed', channel } as const;
  return [
    ...rows({ ...kind, structure: 'subscription_status' }, [channel === 'email' ? 'sub' : `sub_${channel}`, `Subscribe ${name}`, `Subscribed again on ${name} after Unsubscribed, Complainer or Hardbounced`]),
    ...(channel === 'email' ? [] : rows({ ...kind, structure: 'delivery' },
      [`complain_${channel}`, `Complain ${name}`, `The status on ${name} became Complainer`],
      [`hbounce_${channel}`, `HardBounce ${name}`, `The status on ${name} became Hardbounced`])),
  ];
}

const ASSUMED: readonly EventTypeRow[] = [
  ...rows({ ...PUSH, status: 'assumed', structure: 'delivery' },
    ['deliv_push', 'Delivered Push', 'The push message was delivered'],
    ['undeliv_push', 'Undelivered Push', 'The push message could not be delivered']),
  ...rows({ ...PUSH, status: 'assumed', structure: 'tracking' }, ['unsub_push', 'Unsubscribe Push', 'The recipient unsubscribed from push messages']),
  ...Object.entries(MESSENGERS).flatMap(messengerRows),
  ...rows({ family: 'pixel', structure: 'pixel', status: 'assumed', channel: '' }, ['pixel', 'Pixel', 'A pixel fired, or a goal was reached']),
  ...rows({ family: 'segment', structure: 'segment', status: 'assumed', channel: '' },
    ['segment_enter', 'Segment entered', 'A profile became a member of a segment'],
    ['segment_leave', 'Segment left', 'A profile is no longer a member of a segment']),
  ...rows({ family: 'promocode', structure: 'promocode', status: 'assumed', channel: '' },
    ['promocode_assign', 'Promo code assigned', 'A promo code was assigned to a profile'],
    ['promocode_activate', 'Promo code activated', 'A promo code was activated']),
  ...rows({ family: 'profile', structure: 'profile', status: 'assumed', channel: '' },
    ['profile_create', 'Profile created', 'A profile was created'],
    ['profile_update', 'Profile updated', 'A profile was changed'],
    ['profile_delete', 'Profile deleted', 'A profile was deleted']),
  ...statusRows('email', 'email', 'Email'),
  ...statusRows('sms', 'sms', 'SMS'),
  ...statusRows('push', 'push', 'Push'),
  ...Object.entries(MESSENGERS).flatMap(([channel, name]) => statusRows('messenger', channel, name)),
];

/** All rows that every account has; an account may add its own. */
export const BUILT_IN_EVENT_TYPES: readonly EventTypeRow[] = [...DOCUMENTED, ...ASSUMED];

const BY_NAME: ReadonlyMap<string, EventTypeRow> = new Map(BUILT_IN_EVENT_TYPES.map((row) => [row.eventType, row]));

export function builtInEventType(eventType: string): EventTypeRow | undefined {
  return BY_NAME.get(eventType);
}
