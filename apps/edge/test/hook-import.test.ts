import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

// Hooks in the platform's own words: contract.md 1 and 6 have the settings pages' fields.

let rig: EdgeRig;
beforeAll(async () => {
  rig = await openEdgeRig();
  await rig.call('POST', '/v1/catalog', { body: [{ kind: 'databases', id: 12, name: 'Customers' }, { kind: 'resources', id: 2, name: 'Shop' }, { kind: 'segments', id: 7, name: 'Twice' }, { kind: 'segments', id: 8, name: 'Twice' }, { kind: 'mailings', id: 41, name: 'Spring' }] });
  await rig.call('PUT', '/v1/event-types/order_paid', { body: { label: 'Order paid' } });
});
afterAll(() => rig.close());

const post = (body: unknown, token = rig.admin) => rig.call('POST', '/v1/hooks/import', { token, body });
const one = async (description: Record<string, unknown>) => (await post([description])).json.items[0];
const codes = (item: { unmapped: { path: string; code: string }[] }): string[] => item.unmapped.map(({ path, code }) => `${code} ${path}`);

describe('POST /v1/hooks/import', () => {
  it('takes an HTTP hook as its settings page has it', async () => {
    const item = await one({
      Name: 'Clicks to CRM', Active: true, Database: 'Customers', Actions: ['Unique Click', 'Click', 'Send SMS', 'Campaign launched', 'order_paid'],
      'Additional filters': { Resources: ['Shop', 5], Mailing: 'Spring', Templates: [], Segments: 'All segments', Pixels: null },
      'Request type': 'JSON batch over HTTP', URL: 'https://crm.example.com/in', 'Maximum batch size': '50', 'Timeout sec': 10, 'API response success message': '.*OK.*',
      'custom_data fields': ['email', '_fname', 'orderRef: {{campaign_name}} - {{uuid}}', 'note:a:b'], 'Add messages content': 'yes',
    });
    expect(item).toMatchObject({
      index: 0, status: 'accepted',
      hook: {
        name: 'Clicks to CRM', active: false, state: 'inactive', database_id: 12, events: ['uclick', 'click', 'send_sms', 'campaign_launch', 'order_paid'], filters: { resources: [2, 5], mailings: [41], templates: [], segments: [], pixels: [] },
        request: { type: 'http', url: 'https://crm.example.com/in', max_batch_size: 50, timeout_sec: 10, success_pattern: '.*OK.*', success_status: '2xx', auth: { type: 'none' } },
        custom_data: { fields: ['email', '_fname'], template: { orderRef: '{{campaign_name}} - {{uuid}}', note: 'a:b' } }, include_content: true, include_event_id: false,
      },
    });
    expect(codes(item)).toEqual(['created_inactive /0/Active']);
    expect((await rig.call('GET', `/v1/hooks/${item.hook.id}`)).json).toEqual(item.hook);
  });

  it('without a pattern only 200 is success, as on the platform', async () => {
    expect((await one({ name: 'x', actions: 'Open, Unique Open', url: 'https://crm.example.com/' })).hook).toMatchObject({ database_id: null, events: ['open', 'uopen'], request: { success_status: '200' } });
  });

  it.each<[name: string, description: Record<string, unknown>, request: Record<string, unknown>]>([
    ['a queue', { 'Request type': 'Send a message to RabbitMQ queue', Host: 'mq.example.com', Port: 5671, User: 'u', Password: 'secret', 'Virtual host': 'altcraft', 'Queue name': 'hooks' },
      { type: 'rabbitmq_queue', host: 'mq.example.com', port: 5671, username: 'u', password: { set: true }, vhost: 'altcraft', queue: 'hooks' }],
    ['an exchange', { 'Request type': 'RabbitMQ exchange', host: 'mq.example.com', login: 'u', pass: 'secret', Exchange: 'events', 'Exchange type': 'Topic', Durable: false, 'Auto delete': 'on' },
      { type: 'rabbitmq_exchange', host: 'mq.example.com', exchange: 'events', exchange_type: 'topic', durable: false, auto_delete: true, require_route: true }],
    ['an exchange whose kind is called type', { host: 'mq.example.com', user: 'u', password: 'secret', exchange: 'events', Type: 'direct' }, { type: 'rabbitmq_exchange', exchange_type: 'direct', durable: true }],
    ['Kafka', { 'Request type': 'Send a message to Kafka broker', Brokers: 'k1.example.com:9092, k2.example.com:9092', Topic: 'events', SSL: true, 'SASL mechanism': 'SCRAM-SHA-256', user: 'u', password: 'secret' },
      { type: 'kafka', brokers: ['k1.example.com:9092', 'k2.example.com:9092'], topic: 'events', tls: true, key: 'profile_id', sasl: { mechanism: 'scram-sha-256', username: 'u', password: { set: true } } }],
    ['OAuth2', { 'Request type': 'http', url: 'https://crm.example.com/', Authorization: { type: 'OAuth2', 'Token URL': 'https://id.example.com/token', 'Client ID': 'c', 'Client secret': 's' } },
      { type: 'http', auth: { type: 'oauth2', token_url: 'https://id.example.com/token', client_id: 'c', client_secret: { set: true } } }],
    ['settings in groups', { Request: { Type: 'RabbitMQ queue', Connection: { Host: 'mq.example.com', User: 'u', Password: 'secret' }, Queue: 'q' } }, { type: 'rabbitmq_queue', queue: 'q' }],
  ])('takes %s', async (_name, description, request) => {
    const item = await one({ Name: 'x', Actions: ['Click'], ...description });
    expect([item.status, item.unmapped, item.problems]).toEqual(['accepted', [], undefined]);
    expect(item.hook.request).toMatchObject(request);
    expect(JSON.stringify(item)).not.toContain('"secret"');
  });

  it('knows labels in their families, and names', async () => {
    expect((await one({ name: 'x', url: 'https://crm.example.com/', actions: { Email: ['Delivered', 'hbounce'], SMS: ['Delivered', 'Unique Click SMS'], Push: ['Open'], Import: ['File Import'] } })).hook.events).toEqual(['deliv', 'hbounce', 'deliv_sms', 'uclick_sms', 'open_push', 'import_file']);
  });

  it('tells what it could not bring over, with its place', async () => {
    const item = await one({
      Name: 'x', Database: 'Nowhere', Actions: ['Click', 'Teleported'], Filters: { Segments: ['Twice', 7], Planets: [1] }, 'Request type': 'HTTP', URL: 'https://crm.example.com/', Authorization: 'OAuth2: My connection', Queue: 'q', 'Retry times': 4,
      custom_data: { id: '{{uuid}}', bad: '{{planet}}', n: 5, list: [1] }, title: 'again',
    });
    expect(item).toMatchObject({ status: 'accepted', hook: { database_id: null, events: ['click'], filters: { segments: [7] }, request: { auth: { type: 'none' } }, custom_data: { template: { id: '{{uuid}}', n: '5' } } } });
    expect(codes(item).sort()).toEqual([
      'action_unknown /0/Actions/1', 'auth_unmapped /0/Authorization', 'custom_data_unknown /0/custom_data/list', 'database_unknown /0/Database', 'filter_unknown /0/Filters/Segments/0', 'setting_not_used /0/Queue', 'setting_repeated /0/title',
      'setting_unknown /0/Filters/Planets', 'setting_unknown /0/Retry times', 'template_unknown /0/custom_data/bad',
    ]);
  });

  it('rejects one that could not be saved, and makes the others', async () => {
    const { json } = await post({ hooks: [{ Name: 'ok', Actions: ['Click'], URL: 'https://crm.example.com/' }, { Name: 'no events', Actions: ['Teleported'], URL: 'https://crm.example.com/' }, { Name: 'inside', Actions: ['Click'], URL: 'http://10.0.0.1/' }, { Name: 'masked', Actions: ['Click'], Host: 'mq.example.com', User: 'u', Password: '****', Queue: 'q' }] });
    expect(json).toMatchObject({ accepted: 1, rejected: 3, items: [{ status: 'accepted' }, { status: 'rejected', problems: [{ path: '/events' }] }, { problems: [{ path: '/request/url' }] }, { problems: [{ path: '/request/password', code: 'required' }], unmapped: [{ path: '/3/Password', code: 'secret_masked' }] }] });
    expect((await rig.call('GET', `/v1/audit?object_id=${json.items[0].hook.id}`)).json.data).toMatchObject([{ action: 'hook.create', after: { active: false } }]);
  });

  it('is the master\'s, and takes lists of hooks only', async () => {
    const hooks = [{ Name: 'x', Actions: ['Click'], URL: 'https://crm.example.com/' }];
    expect((await post(hooks, await rig.token({ master: false }))).status).toBe(403);
    expect((await post(hooks, rig.platform)).status).toBe(403);
    for (const body of [[], {}, { hooks: [] }, [1], { hooks, more: 1 }, Array.from({ length: 501 }, () => ({}))]) expect((await post(body)).status).toBe(422);
  });
});
