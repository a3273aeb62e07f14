import { describe, expect, it } from 'vitest';
import { createAddressPolicy } from '../address/address-policy.ts';
import type { HookRequest, Subject } from './hook.ts';
import { parseHookInput, type HookInputContext } from './hook-input.ts';

const REGISTRY = new Map<string, readonly Subject[]>([['click', ['resource', 'mailing', 'template', 'segment']], ['uclick', ['mailing']], ['import_api', []]]);
const context: HookInputContext = {
  eventType: (type) => (REGISTRY.has(type) ? { subjects: REGISTRY.get(type) ?? [] } : undefined),
  address: createAddressPolicy({ allow: ['10.0.0.0/8'], allowHttp: false, self: [{ host: '0.0.0.0', port: 8787 }] }),
};

const http = (request: object = {}) => ({ type: 'http', url: 'https://crm.example.com/in', ...request });
const queue = (request: object = {}) => ({ type: 'rabbitmq_queue', host: 'mq.example.com', username: 'u', password: 'p', queue: 'q', ...request });
const exchange = (request: object = {}) => ({ type: 'rabbitmq_exchange', host: 'mq.example.com', username: 'u', password: 'p', exchange: 'x', exchange_type: 'topic', ...request });
const kafka = (request: object = {}) => ({ type: 'kafka', brokers: ['k1.example.com:9092'], topic: 't', ...request });
const hook = (changes: object = {}) => ({ name: 'Orders', events: ['click'], request: http(), ...changes });
const withRequest = (request: object) => hook({ request });

const problemsOf = (body: unknown, more: Partial<HookInputContext> = {}) => {
  const parsed = parseHookInput(body, { ...context, ...more });
  return parsed.ok ? [] : parsed.problems.map((problem) => `${problem.path} ${problem.code}`);
};
const whsec = (bytes: number) => `whsec_${btoa('k'.repeat(bytes))}`;
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const own = (text: string) => JSON.parse(text) as object;

describe('what is refused, and why', () => {
  it.each<[string, unknown, string[]]>([
    ['not an object', null, [' type']], ['an array', [], [' type']], ['a text', 'x', [' type']],
    ['an empty object', {}, ['/name required', '/events required', '/request required']],
    ['C1 an empty name', hook({ name: '' }), ['/name too_short']],
    ['C1 a long name', hook({ name: 'x'.repeat(257) }), ['/name too_long']],
    ['C1 a control character', hook({ name: 'a\u0007b' }), ['/name characters_forbidden']],
    ['C1 a lone surrogate', hook({ name: 'a\ud800' }), ['/name string_ill_formed']],
    ['C1 a number for a name', hook({ name: 7 }), ['/name type']],
    ['C2 a text for a database', hook({ database_id: '12' }), ['/database_id type']], ['C2 −1', hook({ database_id: -1 }), ['/database_id range']], ['C2 0', hook({ database_id: 0 }), ['/database_id range']],
    ['C2 2^53', hook({ database_id: 2 ** 53 }), ['/database_id range']], ['C2 "1e3"', hook({ database_id: '1e3' }), ['/database_id type']], ['C2 1.5', hook({ database_id: 1.5 }), ['/database_id type']],
    ['C3 no events', hook({ events: [] }), ['/events too_few']], ['C3 unknown', hook({ events: ['click', 'klick'] }), ['/events/1 event_type_unknown']], ['C3 wrong case', hook({ events: ['Click'] }), ['/events/0 event_type_unknown']],
    ['C3 duplicate', hook({ events: ['click', 'uclick', 'click'] }), ['/events/2 duplicate']], ['C3 10,000 entries', hook({ events: many(10_000, () => 'click') }), ['/events too_many']], ['C3 a prototype name', hook({ events: ['constructor'] }), ['/events/0 event_type_unknown']],
    ['events of the wrong type', hook({ events: [7] }), ['/events/0 type']], ['events as a text', hook({ events: 'click' }), ['/events type']],
    ['C5 100,000 filter ids', hook({ filters: { mailings: many(100_000, (index) => index + 1) } }), ['/filters/mailings too_many']],
    ['a filter id 0', hook({ filters: { segments: [0], pixels: ['7'] } }), ['/filters/segments/0 range', '/filters/pixels/0 type']], ['an unknown filter', hook({ filters: { lists: [1] } }), ['/filters/lists unknown_field']],
    ...[0, -1, 1e9, 1001].map((size): [string, unknown, string[]] => [`C6 batch ${size}`, withRequest(http({ max_batch_size: size })), ['/request/max_batch_size range']]),
    ['C6 batch 1.5', withRequest(http({ max_batch_size: 1.5 })), ['/request/max_batch_size type']], ['C6 batch "10"', withRequest(http({ max_batch_size: '10' })), ['/request/max_batch_size type']],
    ...[0, 301, 1e12].map((seconds): [string, unknown, string[]] => [`C6 window ${seconds}`, withRequest(http({ timeout_sec: seconds })), ['/request/timeout_sec range']]),
    ...[0, 121].map((seconds): [string, unknown, string[]] => [`request timeout ${seconds}`, withRequest(http({ request_timeout_sec: seconds })), ['/request/request_timeout_sec range']]),
    ['C7 retry settings in a hook', hook({ HOOK_RETRY_TIMES: 4, request: http({ retry_times: 1 }) }), ['/request/retry_times unknown_field', '/HOOK_RETRY_TIMES unknown_field']],
    ['C9 a pattern RE2 has not', withRequest(http({ success_pattern: '(?=x)' })), ['/request/success_pattern regex_unsupported']], ['C9 a bomb', withRequest(http({ success_pattern: 'a((a?){30}){30}c' })), ['/request/success_pattern regex_too_complex']],
    ['C9 a long literal', withRequest(http({ success_pattern: 'a'.repeat(10_240) })), ['/request/success_pattern too_long']],
    ['a status rule that does not exist', withRequest(http({ success_status: '201' })), ['/request/success_status invalid_value']],
    ['C12 1,001 keys', hook({ custom_data: { template: Object.fromEntries(many(1_001, (index) => [`k${index}`, ''])) } }), ['/custom_data custom_data_too_many_keys']],
    ['C12 an empty key', hook({ custom_data: { template: { '': 'x' } } }), ['/custom_data/template/ custom_data_key_length']], ['C12 a long key', hook({ custom_data: { template: { ['k'.repeat(300)]: '' } } }), [`/custom_data/template/${'k'.repeat(300)} custom_data_key_length`]],
    ['C12 a long value', hook({ custom_data: { template: { a: 'x'.repeat(65_537) } } }), ['/custom_data/template/a custom_data_value_too_long']], ['C12 a field twice', hook({ custom_data: { fields: ['email', 'email'] } }), ['/custom_data/fields/1 custom_data_field_duplicate']],
    ['D1 an unknown template', hook({ custom_data: { template: { 'a/b': '{{uuidd}}', c: '{{UUID}}' } } }), ['/custom_data/template/a~1b template_unknown', '/custom_data/template/c template_unknown']],
    ['a template that is no text', hook({ custom_data: { template: { a: 7, b: null } } }), ['/custom_data/template/a type', '/custom_data/template/b type']], ['templates as a list', hook({ custom_data: { template: [] } }), ['/custom_data/template type']],
    ['a number under __proto__', hook({ custom_data: { template: own('{"__proto__": 7}') } }), ['/custom_data/template/__proto__ type']],
    ...['Host', 'content-length', 'Connection', 'Transfer-Encoding', 'webhook-signature', 'Cookie', ' x', 'x:', '', 'Hookline-Attempt', 'Content-Type', 'x\r\ny', 'ü'].map((name): [string, unknown, string[]] => [
      `C13 ${JSON.stringify(name)}`, withRequest(http({ headers: { [name]: 'v' } })), [`/request/headers/${name} header_forbidden`]]),
    ...['a\r\nb', 'a\nb', 'a\u0000', '😀', 'я'].map((value): [string, unknown, string[]] => [`C14 ${JSON.stringify(value)}`, withRequest(http({ headers: { 'X-A': value } })), ['/request/headers/X-A header_value_invalid']]),
    ['C14 10 kB', withRequest(http({ headers: { 'X-A': 'x'.repeat(10_000) } })), ['/request/headers/X-A too_long']], ['51 headers', withRequest(http({ headers: Object.fromEntries(many(51, (index) => [`X-${index}`, 'v'])) })), ['/request/headers too_many']],
    ['the same header twice', withRequest(http({ headers: { 'X-A': '1', 'x-a': '2' } })), ['/request/headers/x-a duplicate']], ['a header that is no text', withRequest(http({ headers: { 'X-A': 1 } })), ['/request/headers/X-A type']],
    ['headers as a list', withRequest(http({ headers: ['x'] })), ['/request/headers type']], ['a header that auth sets', withRequest(http({ headers: { Authorization: 'x' }, auth: { type: 'bearer', token: 't' } })), ['/request/headers/authorization header_forbidden']],
    ...['', 'whsec_', 'whsec_!!!!', `whsec_${'a'.repeat(33)}`, whsec(23), whsec(65), `sec_${btoa('k'.repeat(32))}`, btoa('k'.repeat(32)), `${whsec(32)}=`, 'whsec_-___aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'].map((secret): [string, unknown, string[]] => [
      `C15 ${secret.slice(0, 20)}`, withRequest(http({ signing_secret: secret })), ['/request/signing_secret signing_secret_invalid']]),
    ['C16 the mask of a secret', hook({ request: http({ signing_secret: '***', headers: { 'X-A': '***' }, auth: { type: 'basic', username: 'u', password: '***' } }) }), ['/request/headers/X-A secret_masked', '/request/auth/password secret_masked', '/request/signing_secret secret_masked']],
    ['C16 a wrong keep', withRequest(http({ signing_secret: { set: false } })), ['/request/signing_secret/set invalid_value']], ['a number for a secret', withRequest(queue({ password: 7 })), ['/request/password type']],
    ['C16 keeping what is not there', withRequest(http({ signing_secret: { set: true }, headers: { 'X-A': { set: true } } })), ['/request/signing_secret required', '/request/headers/X-A required']],
    ...['127.0.0.1', '192.168.0.1', 'localhost', 'rabbit'].map((host): [string, unknown, string[]] => [`C17 ${host}`, withRequest(queue({ host })), ['/request/host address_forbidden']]),
    ...['/var/run/rabbit.sock', 'amqp://u:p@mq.example.com', 'u:p@mq.example.com'].map((host): [string, unknown, string[]] => [`C17 ${host}`, withRequest(queue({ host })), ['/request/host host_invalid']]),
    ['C17 port 0', withRequest(queue({ port: 0 })), ['/request/port range']], ['C17 port 65536', withRequest(queue({ port: 65_536 })), ['/request/port range']], ['C17 port 22', withRequest(queue({ port: 22 })), ['/request/port port_forbidden']], ['C17 "5672x"', withRequest(queue({ port: '5672x' })), ['/request/port type']],
    ['C18 an empty vhost', withRequest(queue({ vhost: '' })), ['/request/vhost too_short']], ['C18 300 chars', withRequest(queue({ vhost: 'v'.repeat(300) })), ['/request/vhost too_long']], ['C18 a long queue', withRequest(queue({ queue: 'я'.repeat(128) })), ['/request/queue too_long']],
    ['C18 a reserved queue', withRequest(queue({ queue: 'amq.gen' })), ['/request/queue name_reserved']], ['C18 a reserved exchange', withRequest(exchange({ exchange: 'amq.topic' })), ['/request/exchange name_reserved']], ['C18 the default exchange', withRequest(exchange({ exchange: '' })), ['/request/exchange too_short']],
    ['a fanout', withRequest(exchange({ exchange_type: 'fanout' })), ['/request/exchange_type invalid_value']], ['no exchange type', withRequest(exchange({ exchange_type: undefined })), ['/request/exchange_type required']],
    ['a queue with nothing', withRequest({ type: 'rabbitmq_queue' }), ['/request/host required', '/request/username required', '/request/queue required', '/request/password required']],
    ['C19 no brokers', withRequest(kafka({ brokers: [] })), ['/request/brokers too_few']], ['C19 1,000 brokers', withRequest(kafka({ brokers: many(1_000, (index) => `k${index}.example.com:9092`) })), ['/request/brokers too_many']],
    ['C19 semicolons', withRequest(kafka({ brokers: ['a.example.com:9092;b.example.com:9092'] })), ['/request/brokers/0 host_invalid']], ['C19 twice', withRequest(kafka({ brokers: ['k.example.com:9092', 'K.example.com.:9092'] })), ['/request/brokers/1 duplicate']],
    ['C19 evil:22', withRequest(kafka({ brokers: ['evil.example.com:22', 'evil:9092', '127.1:9092', '[::1]:9092', 'k.example.com'] })), ['/request/brokers/0 port_forbidden', '/request/brokers/1 address_forbidden', '/request/brokers/2 address_forbidden', '/request/brokers/3 address_forbidden', '/request/brokers/4 host_invalid']],
    ...['.', '..', 'a'.repeat(250), 'a b', 'тема', ''].map((topic): [string, unknown, string[]] => [`C20 ${topic.slice(0, 10)}`, withRequest(kafka({ topic })), ['/request/topic topic_invalid']]),
    ['sasl without its secret', withRequest(kafka({ sasl: { mechanism: 'plain', username: 'u' } })), ['/request/sasl/password required']], ['an unknown mechanism', withRequest(kafka({ sasl: { mechanism: 'gssapi', username: 'u', password: 'p' } })), ['/request/sasl/mechanism invalid_value']],
    ['C22 another account', hook({ account_id: 9 }), ['/account_id unknown_field']], ['a key named __proto__', { ...hook(), ...own('{"__proto__": {"active": false}}') }, ['/__proto__ unknown_field']],
    ['an unknown request type', withRequest({ type: 'smtp' }), ['/request/type invalid_value']], ['no request type', withRequest({ url: 'https://x.com' }), ['/request/type required']], ['fields of another type', withRequest(kafka({ url: 'https://x.com' })), ['/request/url unknown_field']],
    ['E a forbidden URL', withRequest(http({ url: 'https://127.1/' })), ['/request/url address_forbidden']], ['E http', withRequest(http({ url: 'http://x.com/' })), ['/request/url scheme_forbidden']], ['E18', withRequest(http({ url: 'https://127.0.0.1:8787/' })), ['/request/url self']],
    ['E0 a forbidden token URL', withRequest(http({ auth: { type: 'oauth2', token_url: 'https://169.254.169.254/', client_id: 'c', client_secret: 's' } })), ['/request/auth/token_url address_forbidden']],
    ['a URL that is none', withRequest(http({ url: '' })), ['/request/url url_invalid']],
    ['auth that lacks what it needs', withRequest(http({ auth: { type: 'oauth2' } })), ['/request/auth/token_url required', '/request/auth/client_id required', '/request/auth/client_secret required']], ['basic with a colon', withRequest(http({ auth: { type: 'basic', username: 'a:b', password: 'p' } })), ['/request/auth/username characters_forbidden']],
    ['a token with a line break', withRequest(http({ auth: { type: 'bearer', token: 'a b' } })), ['/request/auth/token characters_forbidden']],
  ])('%s', (_title, body, expected) => {
    const parsed = parseHookInput(body, context);
    expect(problemsOf(body)).toEqual(expected);
    expect(parsed).toMatchObject({ ok: false, status: 422 });
  });

  it('tells everything at once', () => {
    const body = { name: '', events: ['nope'], x: 1, filters: { mailings: ['a'] }, request: { type: 'http', url: 'http://localhost', max_batch_size: 0, success_pattern: '(', headers: { host: 'x' }, auth: { type: 'bearer' } }, custom_data: { template: { a: '{{no}}' } } };
    expect(problemsOf(body).sort()).toEqual(
      ['/custom_data/template/a template_unknown', '/events/0 event_type_unknown', '/filters/mailings/0 type', '/name too_short', '/request/auth/token required', '/request/headers/host header_forbidden', '/request/max_batch_size range',
        '/request/success_pattern regex_unsupported', '/request/url address_forbidden', '/x unknown_field'].sort(),
    );
  });

  it('never says a hundred things more than once, and never a secret', () => {
    const canary = 'CANARY-7f3a';
    const body = { name: 'x', events: many(400, (index) => `no${index}`), request: http({ signing_secret: canary, headers: { 'X-A': `${canary}\n`, host: canary }, auth: { type: 'bearer', token: `${canary} x` } }) };
    const parsed = parseHookInput(body, context);
    expect(parsed.ok ? 0 : parsed.problems.length).toBe(100);
    expect(JSON.stringify(parsed)).not.toContain(canary);
    for (const request of [queue({ password: [canary], x: 1 }), kafka({ sasl: { mechanism: canary, username: '', password: { set: canary } } }), { type: 'x', password: canary }]) {
      const refused = parseHookInput(withRequest(request), context);
      expect(refused.ok).toBe(false);
      expect(JSON.stringify(refused)).not.toContain(canary);
    }
  });
});

describe('what is taken', () => {
  const draftOf = (body: unknown, more: Partial<HookInputContext> = {}) => {
    const parsed = parseHookInput(body, { ...context, ...more });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return parsed.value;
  };

  it('fills in the documented defaults', () => {
    expect(draftOf(hook())).toEqual({
      name: 'Orders',
      active: true,
      selection: {
        databaseId: null, events: ['click'], filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] }, customData: { fields: [], template: {} }, includeContent: false, includeEventId: true,
        subjects: { click: ['resource', 'mailing', 'template', 'segment'] },
      },
      request: { type: 'http', url: 'https://crm.example.com/in', max_batch_size: 100, timeout_sec: 5, success_status: '2xx', request_timeout_sec: 15, headers: {}, auth: { type: 'none' } },
    });
    expect(draftOf(withRequest(queue())).request).toEqual({ type: 'rabbitmq_queue', host: 'mq.example.com', port: 5672, username: 'u', password: { open: 'p' }, vhost: '/', queue: 'q', tls: false });
    expect(draftOf(withRequest(exchange())).request).toEqual({
      type: 'rabbitmq_exchange', host: 'mq.example.com', port: 5672, username: 'u', password: { open: 'p' }, vhost: '/', tls: false, exchange: 'x', exchange_type: 'topic', durable: true, auto_delete: false, require_route: true,
    });
    expect(draftOf(withRequest(kafka())).request).toEqual({ type: 'kafka', brokers: ['k1.example.com:9092'], topic: 't', tls: false, key: 'profile_id' });
  });

  it.each<[string, unknown]>([
    ['C1 HTML and 256 characters beyond the BMP', hook({ name: '😀'.repeat(256) })], ['C1 HTML', hook({ name: '<img onerror=1>' })], ['the largest id', hook({ database_id: 2 ** 53 - 1 })],
    ['limits from inside', withRequest(http({ max_batch_size: 1000, timeout_sec: 300, request_timeout_sec: 120 }))], ['C8 a costly pattern', withRequest(http({ success_pattern: '(a+)+$' }))], ['1,000 filter ids', hook({ filters: { pixels: many(1_000, (index) => index + 1) } })],
    ['C12 1,000 keys of 256 bytes', hook({ custom_data: { template: Object.fromEntries(many(1_000, (index) => [`${index}`.padStart(256, 'k'), 'x'])) } })], ['a value of 64 KiB', hook({ custom_data: { template: { a: 'x'.repeat(65_536) } } })],
    ['50 headers of 8 KiB', withRequest(http({ headers: Object.fromEntries(many(50, (index) => [`X-${index}`, 'ÿ'.repeat(8_192)])) }))], ['Authorization of its own', withRequest(http({ headers: { Authorization: 'ApiKey x' } }))],
    ...[24, 25, 26, 32, 64].map((bytes): [string, unknown] => [`a signing secret of ${bytes} bytes`, withRequest(http({ signing_secret: whsec(bytes) }))]), ['one without padding', withRequest(http({ signing_secret: whsec(32).replace('=', '') }))],
    ['C18 any name of 255 bytes', withRequest(queue({ vhost: '%2f', queue: `${'я'.repeat(127)}x` }))], ['an allowed address', withRequest(queue({ host: '10.0.0.7', port: 22 }))], ['an allowed URL', withRequest(http({ url: 'http://10.0.0.7:22/' }))],
    ['C20 249 characters', withRequest(kafka({ topic: 'a'.repeat(249) }))], ['null for what has no default', withRequest(http({ success_pattern: null, headers: null, auth: { type: 'oauth2', token_url: 'https://x.com/t', client_id: 'c', client_secret: 's', scope: null } }))], ['no sasl', withRequest(kafka({ sasl: null }))],
    ['read-only fields', hook({ id: 'hok_1', version: 3, created_at: 'x', updated_at: 'x', state: 'active', warnings: [] })],
  ])('%s', (_title, body) => {
    expect(problemsOf(body)).toEqual([]);
  });

  it('keeps one spelling of addresses, and an empty pattern is none', () => {
    expect(draftOf(withRequest(http({ url: 'https://Пример.рф/#x', success_pattern: '' }))).request).toEqual({
      type: 'http', url: 'https://xn--e1afmkfd.xn--p1ai/', max_batch_size: 100, timeout_sec: 5, success_status: '2xx', request_timeout_sec: 15, headers: {}, auth: { type: 'none' },
    });
    expect(draftOf(withRequest(queue({ host: '0x0a.1' }))).request).toMatchObject({ host: '10.0.0.1' });
    expect(draftOf(withRequest(kafka({ brokers: ['K1.Example.com.:9092', '[2606:4700:0::1]:9092'] }))).request).toMatchObject({ brokers: ['k1.example.com:9092', '[2606:4700::1]:9092'] });
  });

  it('takes __proto__ as a key like others', () => {
    const { selection } = draftOf(hook({ custom_data: { fields: ['__proto__'], template: own('{"__proto__": "{{uuid}}", "constructor": "x"}') } }));
    expect(Object.entries(selection.customData.template)).toEqual([['__proto__', '{{uuid}}'], ['constructor', 'x']]);
    expect(({} as { uuid?: string }).uuid).toBeUndefined();
  });

  describe('secrets over a stored hook', () => {
    const sealed = (text: string) => ({ sealed: text });
    const existing: { readonly request: HookRequest } = {
      request: {
        type: 'http', url: 'https://old.example.com/', max_batch_size: 1, timeout_sec: 1, success_status: '2xx', request_timeout_sec: 1, headers: { 'X-A': sealed('a'), 'X-B': sealed('b') }, auth: { type: 'basic', username: 'u', password: sealed('pw') },
        signing_secret: sealed('sig'), previous_signing_secret: sealed('old'), previous_signing_secret_until: 99,
      },
    };
    const basic = (password?: unknown) => ({ type: 'basic', username: 'u', ...(password === undefined ? {} : { password }) });
    const requestOf = (request: object, nowMs?: number) => draftOf(withRequest(http(request)), { existing, ...(nowMs === undefined ? {} : { nowMs }) }).request;

    it('keeps what is left out or said to be set', () => {
      const kept = { headers: { 'X-A': sealed('a'), 'X-B': sealed('b') }, auth: { password: sealed('pw') }, signing_secret: sealed('sig'), previous_signing_secret: sealed('old'), previous_signing_secret_until: 99 };
      expect(requestOf({ auth: basic() })).toMatchObject(kept);
      expect(requestOf({ auth: basic({ set: true }), signing_secret: { set: true }, headers: { 'X-A': { set: true } } })).toMatchObject(kept);
    });

    it('replaces and removes', () => {
      expect(requestOf({ auth: basic('new'), headers: { 'x-a': 'v', 'X-B': null, 'X-C': 'c' } })).toMatchObject({ auth: { password: { open: 'new' } }, headers: { 'x-a': { open: 'v' }, 'X-C': { open: 'c' } } });
      expect(Object.keys((requestOf({ headers: { 'x-a': 'v', 'X-B': null } }) as { headers: object }).headers)).toEqual(['x-a']);
      expect(requestOf({ headers: null })).toMatchObject({ headers: {} });
      expect(Object.keys(requestOf({ signing_secret: null }))).not.toEqual(expect.arrayContaining([expect.stringContaining('signing_secret')]));
    });

    it('lets a replaced signing secret sign on for a day', () => {
      expect(requestOf({ signing_secret: whsec(32) }, 1_000)).toMatchObject({ signing_secret: { open: whsec(32) }, previous_signing_secret: sealed('sig'), previous_signing_secret_until: 86_401_000 });
      expect(requestOf({ signing_secret: whsec(32) })).not.toHaveProperty('previous_signing_secret');
    });

    it('cannot take away what a connection needs, nor carry it to another type', () => {
      expect(problemsOf(withRequest(http({ auth: basic(null) })), { existing })).toEqual(['/request/auth/password required']);
      expect(problemsOf(withRequest(http({ auth: { type: 'bearer', token: { set: true } } })), { existing })).toEqual(['/request/auth/token required']);
      expect(problemsOf(withRequest(queue({ password: undefined })), { existing })).toEqual(['/request/password required']);
      const rabbit = { request: draftOf(withRequest(queue())).request };
      expect(problemsOf(withRequest(queue({ password: undefined })), { existing: rabbit })).toEqual([]);
      expect(problemsOf(withRequest(exchange({ password: undefined })), { existing: rabbit })).toEqual(['/request/password required']);
    });

    it('does not judge a stored destination again', () => {
      const tokenUrl = { type: 'oauth2', token_url: 'https://10.1.1.1/t', client_id: 'c', client_secret: 's' };
      for (const request of [http({ url: 'http://10.1.1.1:22/', auth: tokenUrl }), queue({ host: '10.1.1.1', port: 22 }), kafka({ brokers: ['10.1.1.1:22', 'k.example.com:9092'] })]) {
        const stored = { request: draftOf(withRequest(request)).request };
        const strict = { existing: stored, address: createAddressPolicy({ allow: [], allowHttp: false, self: [] }) };
        expect(draftOf(withRequest(request), strict).request).toEqual(stored.request);
      }
      const strict = { address: createAddressPolicy({ allow: [], allowHttp: false, self: [] }) };
      expect(problemsOf(withRequest(queue({ host: '10.1.1.1', port: 23 })), { ...strict, existing: { request: draftOf(withRequest(queue({ host: '10.1.1.1', port: 22 }))).request } })).toEqual(['/request/host address_forbidden']);
      expect(problemsOf(withRequest(kafka({ brokers: ['10.1.1.1:22', '10.1.1.2:22'] })), { ...strict, existing: { request: draftOf(withRequest(kafka({ brokers: ['10.1.1.1:22'] }))).request } })).toEqual(['/request/brokers/1 address_forbidden']);
      expect(problemsOf(withRequest(http({ url: 'http://10.1.1.2/' })), { ...strict, existing: { request: draftOf(withRequest(http({ url: 'http://10.1.1.1/' }))).request } })).toEqual(['/request/url address_forbidden']);
    });

    it('counts stored headers too', () => {
      const headers = Object.fromEntries(many(49, (index) => [`Y-${index}`, 'v']));
      expect(problemsOf(withRequest(http({ headers })), { existing })).toEqual(['/request/headers too_many']);
      expect(problemsOf(withRequest(http({ headers: { ...headers, 'x-b': null } })), { existing })).toEqual([]);
    });
  });
});
