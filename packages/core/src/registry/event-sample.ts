import type { EventFamily, EventStructure } from './event-type-row.ts';

const PROFILE_ID = '0123456789abcdef01234567';
const OTHER_PROFILE_ID = '89abcdef0123456789abcdef';
const DATABASE_ID = 900_001;
const RESOURCE_ID = 900_002;
const CAMPAIGN_ID = 900_003;
const MESSAGE_ID = 900_004;
const SEGMENT_ID = 900_005;
const PIXEL_ID = 900_006;
const IMPORT_ID = 900_007;
const LAUNCH_ID = '00000000000dbba300000000';
const SEND_MESSAGE_ID = 'example-send-message-id';

const MAILING = { message_id: MESSAGE_ID, campaign_id: CAMPAIGN_ID, segment_id: SEGMENT_ID, resource_id: RESOURCE_ID };
const PLACE = { ip: '192.0.2.10', country: '.fr', city: 'Lyon', postal_code: '69001', region: 'Rhone', tz: 'Europe/Paris', lat: 45.76, lon: 4.83 };
const BROWSER = { user_agent: 'ExampleBrowser/1.0', os: 'Linux x86_64', browser: 'Firefox', device: 'web' };
const SENT = { launch_id: LAUNCH_ID, send_message_id: SEND_MESSAGE_ID };

function dataOf(structure: EventStructure, family: EventFamily, channel: string): object {
  switch (structure) {
    case 'tracking':
      return { ...MAILING, ...PLACE, ...BROWSER, link_url: 'https://shop.example.net/x', ...SENT, ...(family === 'push' ? { extra_uid: 'example-uid' } : {}) };
    case 'delivery':
      return { ...MAILING, ...SENT, code: '250', response: '250 2.0.0 Ok' };
    case 'subscription_status':
      return { resource_id: RESOURCE_ID, channel, old_status: 'unsubscribed', new_status: 'subscribed', source: 'api' };
    case 'pixel':
      return {
        pixel_id: PIXEL_ID, goal: 'example goal', value: 9.5, goals: [{ goal: 'example goal', value: 9.5 }], pixel_data: { order: 'EXAMPLE-1' },
        referer: 'https://search.example.net/', url: 'https://shop.example.net/x', ...PLACE, ...BROWSER,
        utm: { campaign: 'example', content: 'example', keyword: 'example', medium: 'email', source: 'example', temp: 'example' }, send_message_id: SEND_MESSAGE_ID,
      };
    case 'import':
      return { is_new: true, resource_id: RESOURCE_ID, import_id: IMPORT_ID, vendor: 'example' };
    case 'segment':
      return { segment_id: SEGMENT_ID, segment_type: 'dynamic' };
    case 'promocode':
      return { promocode: 'EXAMPLE-CODE' };
    case 'profile':
      return {};
    case 'campaign_launch':
      return { campaign_id: CAMPAIGN_ID, launch_id: LAUNCH_ID, message_id: MESSAGE_ID, segment_id: SEGMENT_ID, resource_id: RESOURCE_ID };
    case 'profile_merge':
      return { source: [{ list_id: DATABASE_ID, profile_id: OTHER_PROFILE_ID }], destination: { list_id: DATABASE_ID, profile_id: PROFILE_ID } };
    case 'profile_split':
      return { source: { list_id: DATABASE_ID, profile_id: PROFILE_ID }, destination: [{ list_id: DATABASE_ID, profile_id: OTHER_PROFILE_ID }] };
  }
}

function recipientOf(channel: string): object {
  if (channel === 'email') return { email: 'ann@example.net' };
  if (channel === 'push') return { subscription_id: 'example-device-token', provider: 'android-firebase' };
  if (channel === 'telegram_bot' || channel === 'max_bot') return { ccsub: { id: 900_008 } };
  return channel === 'sms' ? { phone: '+15550100' } : { ccsub: { phone: '+15550100' } };
}

/** A full example event of a structure, as JSON text. `channel` is '' where there is none. */
export function eventSample(eventType: string, structure: EventStructure, family: EventFamily, channel: string): string {
  const isOfProfile = structure !== 'campaign_launch' && structure !== 'profile_merge' && structure !== 'profile_split';
  const isOfMessage = structure === 'tracking' || structure === 'delivery';
  return JSON.stringify({
    event_type: eventType,
    event_date: '2025-05-06T07:08:09.123456789Z',
    ...(isOfProfile ? { profile_id: PROFILE_ID, _xxh: '0f1e2d3c4b5a6978', _md5: '00112233445566778899aabbccddeeff' } : {}),
    ...(structure === 'campaign_launch' ? {} : { list_id: DATABASE_ID }),
    ...(structure === 'delivery' ? { sends_trying_num: 1 } : {}),
    is_test: true,
    ...(isOfMessage ? { is_static: false, subscription_hash_id: '9c1d' } : {}),
    event_data: dataOf(structure, family, channel),
    ...(channel === '' ? {} : { subscription: [{ resource_id: RESOURCE_ID, channel, ...recipientOf(channel), priority: 0, status: 'subscribed' }] }),
  });
}
