// What is read can be sent back: wire → draft → wire is the identity, secrets included, and no secret shows on the way.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAddressPolicy } from '../address/address-policy.ts';
import type { HookRequest, SecretValue } from './hook.ts';
import { type HookDraft, parseHookInput } from './hook-input.ts';
import { mapSecrets, secretsOf } from './hook-secrets.ts';
import { hookToWire } from './hook-wire.ts';
import { patchHook } from './patch-hook.ts';
import { isSameSelection } from './selection-equal.ts';

const EVENTS = ['click', 'open', 'send', 'pixel', 'import_api'];
const context = {
  eventType: (type: string) => (EVENTS.includes(type) ? { subjects: ['mailing' as const] } : undefined),
  address: createAddressPolicy({ allow: [], allowHttp: false, self: [] }),
};

const CANARY = 'cAnArY';
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const host = word.map((name) => `${name}x.example.com`);
const secret = word.map((text) => `${CANARY}${text}`);
const optional = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined });
const key = fc.oneof(word, fc.constantFrom('__proto__', 'constructor', 'a/b~c', 'ключ'));

const auth = fc.oneof(
  fc.constant({ type: 'none' }),
  fc.record({ type: fc.constant('oauth2'), token_url: host.map((name) => `https://${name}/token`), client_id: word, client_secret: secret, scope: optional(word) }),
  fc.record({ type: fc.constant('basic'), username: word, password: secret }),
  fc.record({ type: fc.constant('bearer'), token: secret }),
);
const http = fc.record(
  {
    type: fc.constant('http'), url: host.map((name) => `https://${name}/in?x=1`), max_batch_size: fc.integer({ min: 1, max: 1000 }), timeout_sec: fc.integer({ min: 1, max: 300 }), request_timeout_sec: fc.integer({ min: 1, max: 120 }), success_pattern: fc.constantFrom('OK', '.*', '^$', ''),
    success_status: fc.constantFrom('2xx', '200'), headers: fc.dictionary(word.map((name) => `X-${name}`), secret, { maxKeys: 5 }), auth, signing_secret: fc.constant(`whsec_${btoa(CANARY.repeat(5))}`),
  },
  { requiredKeys: ['type', 'url'] },
);
const rabbit = { host, username: word, password: secret, port: fc.constantFrom(5671, 5672), vhost: word, tls: fc.boolean() };
const required = ['type', 'host', 'username', 'password'] as const;
const queue = fc.record({ ...rabbit, type: fc.constant('rabbitmq_queue'), queue: word }, { requiredKeys: [...required, 'queue'] });
const exchange = fc.record(
  { ...rabbit, type: fc.constant('rabbitmq_exchange'), exchange: word, exchange_type: fc.constantFrom('direct', 'topic'), durable: fc.boolean(), auto_delete: fc.boolean(), require_route: fc.boolean() },
  { requiredKeys: [...required, 'exchange', 'exchange_type'] },
);
const kafka = fc.record(
  { type: fc.constant('kafka'), brokers: fc.uniqueArray(host.map((name) => `${name}:9092`), { minLength: 1, maxLength: 5 }), topic: word, tls: fc.boolean(), key: fc.constantFrom('profile_id', 'routing_key'), sasl: fc.record({ mechanism: fc.constantFrom('plain', 'scram-sha-256', 'scram-sha-512'), username: word, password: secret }) },
  { requiredKeys: ['type', 'brokers', 'topic'] },
);
const hook = fc.record(
  {
    name: word, active: fc.boolean(), database_id: fc.option(id), events: fc.uniqueArray(fc.constantFrom(...EVENTS), { minLength: 1 }), filters: fc.record({ resources: fc.array(id), mailings: fc.array(id), segments: fc.array(id) }, { requiredKeys: [] }),
    request: fc.oneof(http, queue, exchange, kafka), custom_data: fc.record({ fields: fc.uniqueArray(key, { maxLength: 5 }), template: fc.dictionary(key, fc.constantFrom('{{uuid}}', 'x', 'of {{ event_date }}'), { maxKeys: 5 }) }), include_content: fc.boolean(), include_event_id: fc.boolean(),
  },
  { requiredKeys: ['name', 'events', 'request'] },
);

/** As it stands in the store. */
const seal = (draft: HookDraft): HookDraft => ({ ...draft, request: mapSecrets(draft.request, (value, field) => ({ sealed: `${field}:${sealedText(value)}` })) });
const sealedText = (value: SecretValue) => ('open' in value ? value.open.length : value.sealed);
const parse = (json: unknown, existing?: { request: HookRequest }) => {
  const parsed = parseHookInput(json, existing === undefined ? context : { ...context, existing });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
};
/** What JSON makes of it: no undefined members. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

it('reads back what can be sent again unchanged, without a secret', () => {
  fc.assert(
    fc.property(hook, (body) => {
      const stored = seal(parse(sent(body)));
      const wire = sent(hookToWire(stored));
      expect(JSON.stringify(wire)).not.toContain(CANARY);
      const again = parse(wire, stored);
      expect(again).toEqual(stored);
      expect(sent(hookToWire(again))).toEqual(wire);
      expect(isSameSelection(again.selection, stored.selection)).toBe(true);
      expect(parse(patchHook(stored, {}), stored)).toEqual(stored);
      expect(parse(patchHook(stored, wire), stored)).toEqual(stored);
    }),
    { numRuns: 300 },
  );
});

it('keeps every secret that the wire leaves out', () => {
  fc.assert(
    fc.property(hook, (body) => {
      const stored = seal(parse(sent(body)));
      const bare = JSON.parse(JSON.stringify(hookToWire(stored)), (_key, value: unknown) => (JSON.stringify(value) === '{"set":true}' ? undefined : value));
      expect(secretsOf(parse(bare, stored).request)).toEqual(secretsOf(stored.request));
    }),
    { numRuns: 300 },
  );
});
