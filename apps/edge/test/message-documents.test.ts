import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BUILT_IN_EVENT_TYPES, createAddressPolicy, compileMessage, createIds, type EventRow, parseEvents } from '@hookline/core';
import { createTransportFactory, systemClock } from '@hookline/transports';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

// What is said about messages, held against messages.

let rig: EdgeRig;
let isMessage: (value: unknown) => boolean;
let asyncApi: Record<string, never>;
beforeAll(async () => {
  rig = await openEdgeRig();
  const schema = await rig.call('GET', '/schemas/message.json', { token: null });
  expect(schema.headers.get('content-type')).toBe('application/schema+json');
  isMessage = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false, allErrors: true }).compile(schema.json);
  asyncApi = (await rig.call('GET', '/asyncapi.json', { token: null })).json;
});
afterAll(() => rig.close());

const door = (event: string) => parseEvents(Buffer.from(event), 'json', { nowMs: Date.now(), tokenAccountId: 3, headerAccountId: null, accountExists: () => true, eventType: (_account, type) => BUILT_IN_EVENT_TYPES.find(({ eventType }) => eventType === type) });

function messageOf(event: string, deleted = false): Record<string, unknown> {
  const parsed = door(event);
  const item = parsed.ok ? parsed.value.items[0] : undefined;
  if (item?.ok !== true) throw new TypeError(`refused: ${JSON.stringify(item)}`);
  const { callerId: _, ...draft } = item.draft;
  const row: EventRow = { ...draft, kind: 'event', position: 1, time: 0, eventId: 'e' };
  const selection = { databaseId: null, events: [], filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] }, customData: { fields: ['email'], template: { id: '{{uuid}}' } }, includeContent: true, includeEventId: true, subjects: {} };
  const rendered = compileMessage({ hookId: 'hok_1', selection, ids: createIds(new Uint8Array(32)) }).render(row, { profile: { kind: deleted ? 'deleted' : 'absent' }, name: () => undefined, content: '{"channel":"email"}', forExport: false });
  return JSON.parse((rendered as { body: string }).body) as Record<string, unknown>;
}

describe('/schemas/message.json', () => {
  it.each(BUILT_IN_EVENT_TYPES.map(({ eventType, sample }) => [eventType, sample] as const))('takes a message of %s, of a deleted profile too', (_type, sample) => {
    expect([isMessage(messageOf(sample)), isMessage(messageOf(sample, true))]).toEqual([true, true]);
  });

  it('takes what the door lets in, and refuses what it does not', () => {
    const data: readonly unknown[] = [
      {}, { ip: '1' }, { ip: 1 }, { ip: null }, { lat: 1 }, { lat: '1' }, { campaign_id: 41 }, { campaign_id: '41' }, { campaign_id: 1.5 }, { campaign_id: null }, { launch_id: 5 }, { pixel_id: 'x' }, { unknown: [1] }, { extra_uid: 1 }, [],
    ];
    const members: readonly Record<string, unknown>[] = [
      { is_test: 'true' }, { is_test: true }, { list_id: '12' }, { list_id: null }, { list_id: 1.5 }, { profile_id: 5 }, { profile_id: null }, { _xxh: 'short' }, { _md5: null }, { sends_trying_num: '1' }, { is_static: null }, { subscription: {} }, { subscription: [1] },
      { subscription: [{ resource_id: '2' }] }, { subscription: [{ resource_id: null, other: 1 }] }, { subscription: null }, { subscription_hash_id: 5 }, { account_id: '3' },
    ];
    for (const eventType of ['click', 'send', 'import_api', 'pixel']) {
      for (const over of [...data.map((event_data) => ({ event_data })), ...members]) {
        const event = { event_type: eventType, event_date: '2026-02-03T04:05:06Z', event_data: {}, is_test: false, account_id: 3, ...over };
        const parsed = door(JSON.stringify(event));
        const taken = parsed.ok && parsed.value.items[0]?.ok === true;
        expect([JSON.stringify(over), eventType, isMessage(event)]).toEqual([JSON.stringify(over), eventType, taken]);
      }
    }
  });

  it.each(['event_type', 'event_date', 'account_id', 'is_test', 'event_data'])('refuses a message without %s', (name) => {
    const { [name]: _, ...rest } = messageOf(BUILT_IN_EVENT_TYPES[0]?.sample ?? '');
    expect(isMessage(rest)).toBe(false);
  });
});

describe('/asyncapi.json', () => {
  it('has references that lead somewhere', () => {
    expect(asyncApi['asyncapi']).toBe('3.0.0');
    const names = [...JSON.stringify(asyncApi).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(asyncApi).toHaveProperty(name.split('/'));
    expect(Object.keys(asyncApi['channels'] as never as object)).toEqual(['http', 'rabbitmq_queue', 'rabbitmq_exchange', 'kafka']);
  });

  it('names the headers that a receiver gets, and no others', async () => {
    const received: string[][] = [];
    const receiver = createServer((request, response) => {
      received.push(Object.keys(request.headers));
      request.resume().on('end', () => response.end());
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => receiver.once('listening', resolve));
    const transports = createTransportFactory({ policy: createAddressPolicy({ allow: ['127.0.0.0/8'], allowHttp: false, self: [] }), openSecret: (sealed) => sealed, kafkaClient: 'platformatic', version: 'test', clock: systemClock });
    const request = { type: 'http', url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`, max_batch_size: 1, timeout_sec: 1, success_status: '2xx', request_timeout_sec: 5, headers: {}, auth: { type: 'none' } } as const;
    const batch = { hookId: 'hok_1', accountId: 3, deliveryId: 'dlv_1', attempt: 1, revision: 0, redrive: 0, exportId: null, messages: [], body: Buffer.from('[]') };
    try {
      for (const [destination, sent] of [[request, batch], [{ ...request, signing_secret: { open: `whsec_${'A'.repeat(32)}` } }, { ...batch, revision: 1, redrive: 1, exportId: 'exp_1' }]] as const) {
        const transport = transports.create({ hookId: 'hok_1', accountId: 3, request: destination });
        if ('kind' in transport) throw new TypeError(transport.message);
        await transport.send(sent);
        await transport.close();
      }
    } finally {
      await transports.close();
      receiver.close();
      receiver.closeAllConnections();
    }
    const ofProtocol = ['host', 'connection', 'content-length', 'accept', 'accept-encoding'];
    const [plain, full] = received.map((names) => names.filter((name) => !ofProtocol.includes(name)).sort());
    const { properties, required } = (asyncApi['components'] as never as { messages: { Batch: { headers: { properties: object; required: string[] } } } }).messages.Batch.headers;
    expect([plain, full]).toEqual([[...required].sort(), Object.keys(properties).sort()]);
  });

  it('is linked from the page', async () => {
    const { text } = await rig.call('GET', '/docs', { token: null });
    expect(text).toContain('href="/asyncapi.json"');
    expect(text).toContain('href="/schemas/message.json"');
  });
});
