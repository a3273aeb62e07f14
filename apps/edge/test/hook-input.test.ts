import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

// bad-input.md C, D1 and E through the API: statuses, paths, and that all problems are told. The rules themselves are core's and tested there.

const HTTP = { type: 'http', url: 'https://crm.example.com/in' };
const HOOK = { name: 'Orders', events: ['click'], request: HTTP };
const RABBIT = { type: 'rabbitmq_queue', host: 'mq.example.com', username: 'u', password: 'p', queue: 'q' };
const KAFKA = { type: 'kafka', brokers: ['b1.example.com:9092'], topic: 't' };

let rig: EdgeRig;
beforeAll(async () => {
  rig = await openEdgeRig();
});
afterAll(() => rig.close());

const create = (over: Record<string, unknown>) => rig.call('POST', '/v1/hooks', { body: { ...HOOK, ...over } });
const http = (over: Record<string, unknown>) => ({ request: { ...HTTP, ...over } });

describe('422, with the path', () => {
  it.each<[name: string, over: Record<string, unknown>, path: string]>([
    ['C1 empty name', { name: '' }, '/name'], ['C1 long name', { name: 'x'.repeat(257) }, '/name'], ['C1 control', { name: 'a\u0007' }, '/name'],
    ['C2 text', { database_id: '12' }, '/database_id'], ['C2 negative', { database_id: -1 }, '/database_id'], ['C2 2^53', { database_id: 2 ** 53 }, '/database_id'],
    ['C3 none', { events: [] }, '/events'], ['C3 unknown', { events: ['clack'] }, '/events/0'], ['C3 twice', { events: ['click', 'click'] }, '/events/1'], ['C3 10,000', { events: Array.from({ length: 10_000 }, (_, n) => `e${n}`) }, '/events'],
    ['C5 many', { filters: { mailings: Array.from({ length: 1001 }, (_, n) => n + 1) } }, '/filters/mailings'],
    ['C6 batch 0', http({ max_batch_size: 0 }), '/request/max_batch_size'], ['C6 batch 1.5', http({ max_batch_size: 1.5 }), '/request/max_batch_size'], ['C6 batch text', http({ max_batch_size: '10' }), '/request/max_batch_size'],
    ['C6 window 0', http({ timeout_sec: 0 }), '/request/timeout_sec'], ['C6 window 301', http({ timeout_sec: 301 }), '/request/timeout_sec'],
    ['C7 retries', { HOOK_RETRY_TIMES: 4 }, '/HOOK_RETRY_TIMES'],
    ['C9 look-ahead', http({ success_pattern: '(?=x)' }), '/request/success_pattern'], ['C9 bomb', http({ success_pattern: 'a((a?){30}){30}c' }), '/request/success_pattern'],
    ['C12 many keys', { custom_data: { template: Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`k${n}`, 'v'])) } }, '/custom_data'],
    ['C13 host', http({ headers: { Host: 'x' } }), '/request/headers/Host'], ['C13 signature', http({ headers: { 'webhook-signature': 'x' } }), '/request/headers/webhook-signature'],
    ['C14 CRLF', http({ headers: { 'x-a': 'a\r\nb' } }), '/request/headers/x-a'],
    ['C15 secret', http({ signing_secret: 'whsec_!!' }), '/request/signing_secret'], ['C16 mask', http({ signing_secret: '***' }), '/request/signing_secret'],
    ['C17 private', { request: { ...RABBIT, host: '10.0.0.1' } }, '/request/host'], ['C17 port', { request: { ...RABBIT, port: 22 } }, '/request/port'],
    ['C18 queue', { request: { ...RABBIT, queue: 'x'.repeat(256) } }, '/request/queue'],
    ['C19 no brokers', { request: { ...KAFKA, brokers: [] } }, '/request/brokers'], ['C19 forbidden', { request: { ...KAFKA, brokers: ['192.168.0.1:9092'] } }, '/request/brokers/0'],
    ['C20 topic', { request: { ...KAFKA, topic: 'a b' } }, '/request/topic'],
    ['C22 account', { account_id: 2 }, '/account_id'],
    ['D1 template', { custom_data: { template: { a: '{{uuidd}}' } } }, '/custom_data/template/a'],
    ['E1 loopback', http({ url: 'http://[::1]/' }), '/request/url'], ['E15 user info', http({ url: 'https://u:p@example.com/' }), '/request/url'],
    ['no request', { request: undefined }, '/request'], ['another type', { request: { type: 'smtp' } }, '/request/type'],
  ])('%s', async (_name, over, path) => {
    const answer = await create(over);
    expect(answer.status).toBe(422);
    expect(answer.json.error.problems.map((problem: { path: string }) => problem.path)).toContain(path);
  });

  it('tells all of them', async () => {
    const answer = await create({ name: '', events: ['clack'], nonsense: 1, request: { ...HTTP, url: 'https://10.0.0.1/', timeout_sec: 0 } });
    expect(answer.json.error.problems.map((problem: { path: string }) => problem.path).sort()).toEqual(['/events/0', '/name', '/nonsense', '/request/timeout_sec', '/request/url']);
  });

  it.each<[name: string, data: string, code: string]>([
    ['C12 a key twice', '"template":{"a":"1","a":"2"}', 'duplicate_key'], ['C12 a long key', `"template":{"${'k'.repeat(257)}":"1"}`, 'key_too_long'], ['C12 a long value', `"template":{"k":"${'x'.repeat(65_537)}"}`, 'too_long'],
    ['C12 keys beyond what an object may have', `"template":{${Array.from({ length: 1_025 }, (_, n) => `"k${n}":"1"`).join()}}`, 'too_many_keys'], ['C5 100,000', `"fields":[]},"filters":{"mailings":[${Array.from({ length: 100_000 }, (_, n) => n + 1).join()}]`, 'too_many_nodes'],
  ])('%s, in a hook, in a draft of one and in a dry run', async (_name, data, code) => {
    const hook = `${JSON.stringify(HOOK).slice(0, -1)},"custom_data":{${data}}}`;
    const drafts = [['/v1/hooks', hook], ['/v1/hooks/test', `{"event_type":"click","hook":${hook}}`], ['/v1/hooks/dry-run', `{"hook":${hook}}`]] as const;
    for (const [path, raw] of drafts) expect(await rig.call('POST', path, { raw })).toMatchObject({ status: 422, json: { error: { code } } });
  });

  it('what cannot be read is 400', async () => {
    expect(await rig.call('POST', '/v1/hooks', { raw: '{"name":1e999,"name":"b"}' })).toMatchObject({ status: 400 });
    expect(await rig.call('POST', '/v1/hooks', { raw: '[' })).toMatchObject({ status: 400, json: { error: { code: 'json_invalid' } } });
    expect((await rig.call('POST', '/v1/hooks', { raw: '[]' })).status).toBe(422);
    expect((await rig.call('POST', '/v1/hooks', { raw: '{}', headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  });
});

describe('C16: secrets', () => {
  const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  it('are never read back, are kept, replaced and removed', async () => {
    const { json: hook, text } = await create(http({ signing_secret: SECRET, headers: { 'x-key': 'canary-1' }, auth: { type: 'basic', username: 'u', password: 'canary-2' } }));
    const path = `/v1/hooks/${hook.id}`;
    const set = { set: true };
    expect(hook.request).toMatchObject({ signing_secret: set, headers: { 'x-key': set }, auth: { type: 'basic', username: 'u', password: set } });
    expect(text).not.toMatch(/canary|whsec_/);
    const sealed = async (): Promise<string> => JSON.stringify((await rig.control.hooks.get(1, hook.id))?.request);
    const before = await sealed();
    expect(before).not.toMatch(/canary|whsec_/);

    await rig.call('PUT', path, { body: hook });
    expect(await sealed()).toBe(before);
    await rig.call('PATCH', path, { body: { name: 'renamed' } });
    expect(await sealed()).toBe(before);
    expect((await rig.call('PATCH', path, { body: { request: { signing_secret: '***' } } })).status).toBe(422);
    const removed = await rig.call('PATCH', path, { body: { request: { signing_secret: null, headers: { 'x-key': null } } } });
    expect(removed).toMatchObject({ status: 200, json: { request: { headers: {} } } });
    expect(removed.json.request).not.toHaveProperty('signing_secret');
    expect((await create(http({ auth: { type: 'bearer', token: set } }))).status).toBe(422);
    expect((await rig.call('GET', path)).text).not.toMatch(/canary|whsec_/);
  });
});

it('C1: markup in a name is stored as it is', async () => {
  expect((await create({ name: '<img onerror=alert(1)>' })).json.name).toBe('<img onerror=alert(1)>');
});

it('C12: a key called __proto__ is a key', async () => {
  const answer = await rig.call('POST', '/v1/hooks', { raw: JSON.stringify({ ...HOOK, custom_data: { template: { a: '1' } } }).replace('"a":"1"', '"__proto__":"1"') });
  expect(answer.status).toBe(201);
  expect(answer.text).toContain('"template":{"__proto__":"1"}');
});
