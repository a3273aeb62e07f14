// A hook as the form holds it, and the way there and back. What is wrong with it is said by the schema that the API itself checks with.
import { hookInputSchema, parseWithSchema, type Problem } from '@hookline/core';
import type { ApiTypes } from '@hookline/edge';

export const REQUEST_TYPES = ['http', 'rabbitmq_queue', 'rabbitmq_exchange', 'kafka'] as const;
export type RequestType = (typeof REQUEST_TYPES)[number];
export const FILTER_KINDS = ['resources', 'mailings', 'templates', 'segments', 'pixels'] as const;
export type FilterKind = (typeof FILTER_KINDS)[number];

/** Never read back: `isSet` says that there is one, `text` replaces it. */
export interface SecretText {
  readonly text: string;
  readonly isSet: boolean;
}
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface HookForm {
  name: string;
  active: boolean;
  database: string;
  events: readonly string[];
  filters: Readonly<Record<FilterKind, readonly number[]>>;
  type: RequestType;
  url: string;
  batch: number | undefined;
  window: number | undefined;
  deadline: number | undefined;
  successStatus: '2xx' | '200';
  pattern: string;
  authType: 'none' | 'basic' | 'bearer' | 'oauth2';
  authName: string;
  authSecret: SecretText;
  tokenUrl: string;
  scope: string;
  signing: SecretText;
  headers: readonly (Omit<KeyValue, 'value'> & { readonly value: SecretText })[];
  host: string;
  port: number | undefined;
  username: string;
  password: SecretText;
  vhost: string;
  queue: string;
  exchange: string;
  exchangeType: 'direct' | 'topic';
  durable: boolean;
  autoDelete: boolean;
  requireRoute: boolean;
  tls: boolean;
  brokers: string;
  topic: string;
  sasl: 'none' | 'plain' | 'scram-sha-256' | 'scram-sha-512';
  key: 'profile_id' | 'routing_key';
  fields: readonly string[];
  template: readonly KeyValue[];
  includeContent: boolean;
  includeEventId: boolean;
}

const NO_SECRET: SecretText = { text: '', isSet: false };
const NO_FILTERS = { resources: [], mailings: [], templates: [], segments: [], pixels: [] };
export const ALL_DATABASES = 'all';

export const EMPTY_FORM: HookForm = {
  name: '', active: true, database: ALL_DATABASES, events: [], filters: NO_FILTERS, type: 'http', url: '', batch: 100, window: 5, deadline: 15, successStatus: '2xx', pattern: '', authType: 'none', authName: '', authSecret: NO_SECRET, tokenUrl: '', scope: '',
  signing: NO_SECRET, headers: [], host: '', port: 5672, username: '', password: NO_SECRET, vhost: '/', queue: '', exchange: '', exchangeType: 'topic', durable: true, autoDelete: false, requireRoute: true, tls: false, brokers: '', topic: '', sasl: 'none', key: 'profile_id',
  fields: [], template: [], includeContent: false, includeEventId: true,
};

type Wire = Readonly<Record<string, unknown>>;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const secretOf = (value: unknown): SecretText => ({ text: '', isSet: value !== undefined && value !== null });

export function formOf(hook: ApiTypes['hook']): HookForm {
  const { request } = hook;
  const auth = (request['auth'] ?? { type: 'none' }) as Wire;
  const sasl = (request['sasl'] ?? null) as Wire | null;
  return {
    ...EMPTY_FORM,
    name: hook.name, active: hook.active, database: hook.database_id === null ? ALL_DATABASES : String(hook.database_id), events: hook.events, filters: { ...NO_FILTERS, ...hook.filters }, type: request['type'] as RequestType,
    url: textOf(request['url']), batch: (request['max_batch_size'] as number) ?? 100, window: (request['timeout_sec'] as number) ?? 5, deadline: (request['request_timeout_sec'] as number) ?? 15, successStatus: request['success_status'] === '200' ? '200' : '2xx', pattern: textOf(request['success_pattern']),
    authType: auth['type'] as HookForm['authType'], authName: textOf(auth['username'] ?? auth['client_id']), authSecret: secretOf(auth['password'] ?? auth['token'] ?? auth['client_secret']), tokenUrl: textOf(auth['token_url']), scope: textOf(auth['scope']), signing: secretOf(request['signing_secret']),
    headers: Object.entries((request['headers'] ?? {}) as Wire).map(([key, value]) => ({ key, value: secretOf(value) })),
    host: textOf(request['host']), port: (request['port'] as number) ?? 5672, username: textOf(sasl === null ? request['username'] : sasl['username']), password: secretOf(sasl === null ? request['password'] : sasl['password']), vhost: textOf(request['vhost']) || '/', queue: textOf(request['queue']), exchange: textOf(request['exchange']),
    exchangeType: request['exchange_type'] === 'direct' ? 'direct' : 'topic', durable: request['durable'] !== false, autoDelete: request['auto_delete'] === true, requireRoute: request['require_route'] !== false, tls: request['tls'] === true, brokers: ((request['brokers'] ?? []) as readonly string[]).join('\n'), topic: textOf(request['topic']),
    sasl: (sasl?.['mechanism'] as HookForm['sasl']) ?? 'none', key: request['key'] === 'routing_key' ? 'routing_key' : 'profile_id', fields: hook.custom_data.fields, template: Object.entries(hook.custom_data.template).map(([key, value]) => ({ key, value })), includeContent: hook.include_content, includeEventId: hook.include_event_id,
  };
}

const IS_SET = { set: true };
const secret = ({ text, isSet }: SecretText): string | typeof IS_SET | undefined => (text !== '' ? text : isSet ? IS_SET : undefined);
const lines = (text: string): string[] => text.split(/[\n,]/).map((line) => line.trim()).filter((line) => line !== '');

function requestOf(form: HookForm): Wire {
  const rabbit = { host: form.host.trim(), port: form.port, username: form.username, password: secret(form.password), vhost: form.vhost, tls: form.tls };
  switch (form.type) {
    case 'http':
      return {
        type: 'http', url: form.url.trim(), max_batch_size: form.batch, timeout_sec: form.window, request_timeout_sec: form.deadline, success_status: form.successStatus, success_pattern: form.pattern === '' ? null : form.pattern, auth: authOf(form), signing_secret: secret(form.signing) ?? null,
        headers: Object.fromEntries(form.headers.filter(({ key }) => key !== '').map(({ key, value }) => [key.trim(), secret(value) ?? ''])),
      };
    case 'rabbitmq_queue':
      return { type: form.type, ...rabbit, queue: form.queue };
    case 'rabbitmq_exchange':
      return { type: form.type, ...rabbit, exchange: form.exchange, exchange_type: form.exchangeType, durable: form.durable, auto_delete: form.autoDelete, require_route: form.requireRoute };
    case 'kafka':
      return { type: 'kafka', brokers: lines(form.brokers), topic: form.topic, tls: form.tls, key: form.key, sasl: form.sasl === 'none' ? null : { mechanism: form.sasl, username: form.username, password: secret(form.password) } };
  }
}

function authOf({ authType, authName, authSecret, tokenUrl, scope }: HookForm): Wire {
  switch (authType) {
    case 'none':
      return { type: 'none' };
    case 'basic':
      return { type: 'basic', username: authName, password: secret(authSecret) };
    case 'bearer':
      return { type: 'bearer', token: secret(authSecret) };
    case 'oauth2':
      return { type: 'oauth2', token_url: tokenUrl.trim(), client_id: authName, client_secret: secret(authSecret), scope: scope === '' ? null : scope };
  }
}

/** The body of POST and PUT /v1/hooks. */
export function inputOf(form: HookForm): Wire {
  return {
    name: form.name, active: form.active, database_id: form.database === ALL_DATABASES ? null : Number(form.database), events: form.events, filters: form.filters, request: requestOf(form),
    custom_data: { fields: form.fields, template: Object.fromEntries(form.template.filter(({ key }) => key !== '').map(({ key, value }) => [key, value])) }, include_content: form.includeContent, include_event_id: form.includeEventId,
  };
}

/** By JSON pointer into the body; empty = it can be sent. */
export function problemsOf(form: HookForm): readonly Problem[] {
  const parsed = parseWithSchema(hookInputSchema, inputOf(form));
  return parsed.ok ? [] : parsed.problems;
}
