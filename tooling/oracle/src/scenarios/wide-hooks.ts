import { EVENT_TYPES } from '../model/event-types.ts';
import type { HookConfig } from '../model/hook-config.ts';
import { ALL_TEMPLATES } from '../model/template-value.ts';
import type { Brokers, Destinations } from '../stage/destinations.ts';

/** Types whose place in the list leaves this rest: two hooks with different rests share no event. */
const everyThird = (rest: number): string[] => EVENT_TYPES.filter((_, place) => place % 3 === rest);
const without = (...types: string[]): string[] => EVENT_TYPES.filter((type) => !types.includes(type));

/** A hook or more for every kind of destination that is there; between them every filter, template and option. */
export const wideHooks = (brokers: Brokers) => (at: Destinations): HookConfig[] => [
  { name: 'http-all', database_id: null, events: EVENT_TYPES, request: at.http('http-all', { max_batch_size: 100 }) },
  { name: 'http-fields', database_id: null, events: [...everyThird(0), ...everyThird(1)], custom_data: { fields: ['email', '_fname', 'score', 'phones', 'vip', 'absent'], template: { ...ALL_TEMPLATES, mixed: 'on {{event_date_ymd}}: "{{campaign_subid}}" / {{uuid}}', plain: 'no template' } }, request: at.http('http-fields', { max_batch_size: 30 }) },
  { name: 'http-filters', database_id: null, events: without('campaign_launch'), filters: { mailings: [401, 403, 405], templates: [701, 702, 704], segments: [51, 52, 53], pixels: [92] }, include_event_id: false, request: at.http('http-filters', { max_batch_size: 7, success_pattern: 'taken, (thank|bless) you' }) },
  ...(brokers.rabbitmq === undefined ? [] : rabbitmqHooks(at)),
  ...(brokers.kafka === undefined ? [] : kafkaHooks(at)),
];

const rabbitmqHooks = (at: Destinations): HookConfig[] => [
  { name: 'queue', database_id: null, events: [...everyThird(1), ...everyThird(2)], custom_data: { fields: ['email'], template: { day: '{{event_date_ymd}}', u: '{{uuid}}' } }, request: at.rabbitmqQueue('queue') },
  { name: 'topic-exchange', database_id: null, events: without('send'), filters: { resources: [1, 2, 3] }, request: at.rabbitmqExchange('topic-exchange') },
  { name: 'direct-exchange', database_id: 22, events: EVENT_TYPES, include_event_id: false, request: at.rabbitmqExchange('direct-exchange', 'direct') },
];

const kafkaHooks = (at: Destinations): HookConfig[] => [
  { name: 'kafka', database_id: null, events: [...everyThird(0), ...everyThird(2)], custom_data: { fields: ['score'], template: { u: '{{uuid}}' } }, request: at.kafka('kafka') },
  { name: 'kafka-by-type', database_id: 21, events: EVENT_TYPES, request: at.kafka('kafka-by-type', 'routing_key') },
];
