import type { HookSelection } from '@hookline/core';
import { BUILT_IN_EVENT_TYPES } from '@hookline/core';
import type { CatalogInput, Profile } from '@hookline/store';

export const DEMO_ACCOUNT = 1;
const DATABASE = 12;
const PROFILES = ['681a0b2c3d4e5f6071829301', '681a0b2c3d4e5f6071829302', '681a0b2c3d4e5f6071829303'] as const;
const NAMES = ['Ann', 'Борис', 'Zoë'];

const named = (kind: CatalogInput['kind'], id: number, name: string, more: Partial<CatalogInput> = {}): CatalogInput => ({ kind, id, name, subid: null, subject: null, databaseId: null, ...more });

export const DEMO_CATALOG: readonly CatalogInput[] = [
  named('databases', DATABASE, 'Customers'),
  named('resources', 2, 'Newsletter', { databaseId: DATABASE }),
  named('mailings', 41, 'Spring sale', { subid: 'spring-26' }),
  named('templates', 40, 'Spring sale, week one', { subject: 'Twenty per cent off, until Sunday' }),
  named('segments', 5, 'Bought in the last year'),
  named('pixels', 7, 'Shop: order placed'),
];

export const DEMO_PROFILES: readonly Profile[] = PROFILES.map((profileId, i) => ({ databaseId: DATABASE, profileId, fields: JSON.stringify({ email: `${['ann', 'boris', 'zoe'][i]}@example.net`, _fname: NAMES[i], phones: [`+3355501${i}`] }) }));

const TYPES = ['send', 'deliv', 'uopen', 'open', 'uclick', 'click', 'unsub', 'import_api', 'pixel'] as const;

export const DEMO_SELECTION: HookSelection = {
  databaseId: null,
  events: TYPES,
  filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] },
  customData: { fields: ['email', '_fname'], template: { id: '{{uuid}}', mailing: '{{campaign_name}}', day: '{{event_date_ymd}}' } },
  includeContent: false,
  includeEventId: true,
  subjects: Object.fromEntries(TYPES.map((type) => [type, BUILT_IN_EVENT_TYPES.find((row) => row.eventType === type)?.subjects ?? []])),
};

/** A little story, as the platform would tell it: JSON text of an array of events. */
export function sampleEvents(nowMs: number): string {
  const events = TYPES.map((type, i) => {
    const of = { event_type: type, event_date: new Date(nowMs - (TYPES.length - i) * 1000).toISOString(), list_id: DATABASE, profile_id: PROFILES[i % PROFILES.length], email: `${['ann', 'boris', 'zoe'][i % 3]}@example.net` };
    if (type === 'import_api') return { ...of, event_data: { is_new: true, resource_id: 2 } };
    if (type === 'pixel') return { ...of, event_data: { pixel_id: 7, goal: 'order', value: 42.5, url: 'https://shop.example.net/thanks' } };
    const clicked = type === 'click' || type === 'uclick' ? { link_url: 'https://shop.example.net/sale', ip: '192.0.2.10', country: '.fr', city: 'Lyon', tz: 'Europe/Paris' } : {};
    return { ...of, event_data: { message_id: 40, campaign_id: 41, segment_id: 5, resource_id: 2, ...clicked } };
  });
  return JSON.stringify(events);
}
