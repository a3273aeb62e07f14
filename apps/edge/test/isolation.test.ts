import { TOKEN_SCOPES } from '@hookline/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasScope, type NeededScope } from '../src/auth/scopes.ts';
import { type Called, type EdgeRig, openEdgeRig } from './edge-rig.ts';

// guarantees.md G13, bad-input.md F4, F5: every route of the OpenAPI document, by every role, with another account's id and with one that nobody has. A new route is
// in the matrix by being documented; one with a body has to be given one here.

const HOOK = { name: 'Theirs', events: ['click'], request: { type: 'http', url: 'https://crm.example.com/in' } };
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

/** By operation: a body that would do, were the id the caller's own. */
const BODIES: Readonly<Record<string, unknown>> = {
  ingestEvents: { event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_data: {} },
  createHook: HOOK, replaceHook: HOOK, patchHook: { name: 'Mine' }, importHooks: [{ Name: 'x', Actions: ['Click'], URL: 'https://crm.example.com/' }], dryRunHook: { hook: HOOK }, testHook: { event_type: 'click' }, testHookDraft: { hook: { ...HOOK, name: '' }, event_type: 'click' },
  redrive: { all: true }, createExport: { from: YESTERDAY, to: YESTERDAY }, patchExport: { max_events_per_sec: 5 },
  putCatalogEntry: { name: 'Mine' }, putCatalog: [{ kind: 'segments', id: 5, name: 'x' }], putProfile: { fields: { mine: 1 } }, importProfiles: [{ profile_id: 'bulk', fields: {} }], putContent: { channel: 'email' },
  putEventType: { label: 'Mine' }, putAccount: { name: 'Mine' }, createAccountToken: { name: 'x', scopes: ['hooks:read'] }, createToken: { name: 'x', scopes: [] }, putPixel: { name: 'Mine', database_id: 9 }, createLink: { pixel_id: 98, url: 'https://shop.example.com/' },
  registerGoal: { db_id: 9, pixel_id: 98 }, importProfile: { db_id: 9 }, postSdkEvent: {}, postPushOpen: {}, postPushDelivery: {},
  createUser: { login: '' }, patchUser: { name: 'Mine' }, recordSubscriptionStatusChange: {},
};

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly access: string;
  readonly needsBody: boolean;
  readonly isSecured: boolean;
}

let rig: EdgeRig;
let operations: readonly Operation[];
/** Path parameter → another account's id, and one that nobody has. */
let ids: Readonly<Record<string, readonly [foreign: string, absent: string]>>;

beforeAll(async () => {
  rig = await openEdgeRig();
  operations = Object.entries(rig.edge.openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: String(operation['operationId']), method: method.toUpperCase(), path, access: String(operation['description']),
      needsBody: (operation['requestBody'] as { required?: boolean } | undefined)?.required === true, isSecured: (operation['security'] as unknown[]).length > 0,
    })));
  const token = rig.other;
  const made = async (method: string, path: string, body: unknown): Promise<{ id: string }> => {
    const answer = await rig.call(method, path, { token, body });
    expect(answer.status).toBeLessThan(300);
    return answer.json;
  };
  const hook = await made('POST', '/v1/hooks', HOOK);
  await made('POST', '/v1/events', { event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_id: 'theirs', event_data: {} });
  await made('PUT', '/v1/catalog/mailings/99', { name: 'Theirs' });
  await made('PUT', '/v1/databases/99/profiles/theirs', { fields: { email: 'theirs@example.net', their_field: 1 } });
  await made('PUT', '/v1/content/theirs', { channel: 'email', subject: 'Theirs' });
  await made('PUT', '/v1/event-types/their_type', { label: 'Theirs' });
  await made('PUT', '/v1/pixels/99', { name: 'Theirs', database_id: 99 });
  const none = '00000000000000000000000000000000';
  ids = {
    hook_id: [hook.id, `hok_${none}`], event_id: ['theirs', 'absent'], token_id: [(await made('POST', '/v1/tokens', { name: 'x', scopes: ['hooks:read'] })).id, `tok_${none}`], user_id: [(await made('POST', '/v1/users', { login: 'theirs' })).id, `usr_${none}`],
    export_id: [(await made('POST', `/v1/hooks/${hook.id}/exports`, { from: YESTERDAY, to: YESTERDAY })).id, `exp_${none}`], kind: ['mailings', 'mailings'], id: ['99', '98'], database_id: ['99', '98'], profile_id: ['theirs', 'absent'], send_message_id: ['theirs', 'absent'],
    event_type: ['their_type', 'none_type'], pixel_id: ['99', '98'], account_id: ['2', '777'],
  };
});
afterAll(() => rig.close());

const PARAM = /\{([a-z_]+)\}/g;
const pathOf = (path: string, which: 0 | 1): string => path.replaceAll(PARAM, (_, name: string) => ids[name]?.[which] ?? '');

async function call(operation: Operation, token: string | null, which: 0 | 1 = 1, headers: Record<string, string> = {}): Promise<Called> {
  const body = operation.needsBody ? BODIES[operation.id] : undefined;
  return rig.call(operation.method, pathOf(operation.path, which), { token, headers, ...(body === undefined ? {} : { body }) });
}

/** What may differ: our ids and times, and the id that was asked for itself. */
function masked({ status, text, headers }: Called, which: 0 | 1): unknown {
  let body = text.replaceAll(/req_[\w-]+/g, 'REQ').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replaceAll(/"sid":"[\w-]+"/g, '"sid":"SID"');
  for (const name of Object.keys(ids)) {
    const id = ids[name]?.[which] ?? '';
    if (name !== 'kind' && name !== 'account_id') body = body.replaceAll(new RegExp(`("[^"]*":)("?)${id}\\2(?=[,}])`, 'g'), '$1ID');
  }
  return { status, body, headers: [...headers.keys()].filter((name) => name !== 'date').sort() };
}

const rolesOf = async (): Promise<{ name: string; token: string; headers?: Record<string, string> }[]> => [
  { name: 'master', token: rig.admin },
  { name: 'member', token: await rig.token({ master: false }) },
  ...(await Promise.all(TOKEN_SCOPES.map(async (scope) => ({ name: scope, token: await rig.token({ scopes: [scope] }) })))),
  { name: 'platform', token: rig.platform, headers: { 'hookline-account': '1' } },
];

/** All of the other account, as its master sees it. */
async function theirWorld(): Promise<string> {
  const paths = operations.filter(({ method, path, id }) => method === 'GET' && path.includes('{') && !['streamExport', 'followLink', 'getAccount'].includes(id)).map(({ path }) => pathOf(path, 0));
  const lists = ['/v1/hooks', '/v1/events', '/v1/tokens', '/v1/users', '/v1/exports', '/v1/pixels', '/v1/audit?limit=500', '/v1/catalog/mailings', '/v1/event-types?status=custom', '/v1/links/keys'];
  const answers = await Promise.all([...paths, ...lists].map(async (path) => `${path} ${(await rig.call('GET', path, { token: rig.other })).text}`));
  return answers.map((answer) => answer.replaceAll(/req_[\w-]+/g, 'REQ')).join('\n');
}

describe('G13: the matrix', () => {
  it('has every route with its ids and a body', () => {
    const withIds = operations.filter(({ path, isSecured }) => isSecured && path.includes('{'));
    expect(withIds.length).toBeGreaterThan(35);
    expect(withIds.flatMap(({ path }) => [...path.matchAll(PARAM)].map((match) => match[1] ?? '')).filter((name) => ids[name] === undefined)).toEqual([]);
    expect(operations.filter(({ needsBody, isSecured, id }) => needsBody && isSecured && BODIES[id] === undefined).map(({ id }) => id)).toEqual([]);
  });

  it("another account's id is answered like one that nobody has, by every route to every role, and nothing of the other account changes", async () => {
    const before = await theirWorld();
    const roles = await rolesOf();
    const differences: string[] = [];
    let reached = 0;
    for (const operation of operations.filter(({ path, isSecured }) => isSecured && path.includes('{'))) {
      // Whom an account is foreign to is told apart by the token alone: a platform's may name any.
      for (const role of operation.path.includes('{account_id}') ? roles.filter(({ name }) => name !== 'platform') : roles) {
        const answers = [await call(operation, role.token, 0, role.headers), await call(operation, role.token, 1, role.headers)] as const;
        const [foreign, absent] = [masked(answers[0], 0), masked(answers[1], 1)].map((answer) => JSON.stringify(answer));
        if (answers[0].status !== 403 && answers[0].status !== 401) reached += 1;
        if (foreign !== absent) differences.push(`${role.name} ${operation.method} ${operation.path}\n  ${foreign}\n  ${absent}`);
        if (/theirs@example|Theirs|their_field/.test(answers[0].text)) differences.push(`${role.name} ${operation.method} ${operation.path} tells: ${answers[0].text}`);
      }
    }
    expect(differences).toEqual([]);
    expect(reached).toBeGreaterThan(80);
    expect(await theirWorld()).toBe(before);
  }, 120_000);

  it.each<[name: string, method: string, path: string, body: (which: 0 | 1) => unknown]>([
    ['a saved hook in a dry run', 'POST', '/v1/hooks/dry-run', (which) => ({ hook_id: ids['hook_id']?.[which] })], ['a hook by its id alone', 'POST', '/v1/hooks/dry-run', (which) => ({ hook: ids['hook_id']?.[which] })],
    ["a token's user", 'POST', '/v1/tokens', (which) => ({ name: 'x', scopes: ['hooks:read'], user_id: ids['user_id']?.[which] })], ["a link's pixel", 'POST', '/v1/links', (which) => ({ pixel_id: 899 - which, url: 'https://shop.example.com/' })],
    ['a goal\'s pixel', 'POST', '/api/v1.1/goals/register', (which) => ({ db_id: 9, pixel_id: 899 - which, matching: 'email', email: 'a@example.net', goal: 'x' })], ['an event type', 'POST', '/v1/events', (which) => ({ event_type: ['their_other', 'none_other'][which], event_date: '2026-02-03T04:05:06Z', event_data: {} })],
    ["a hook's event type", 'POST', '/v1/hooks', (which) => ({ ...HOOK, events: [['their_other', 'none_other'][which]] })], ["a hook's database", 'POST', '/v1/hooks', (which) => ({ ...HOOK, database_id: 799 - which })],
    ['a profile by its address', 'POST', '/api/v1.1/profiles/import', (which) => ({ db_id: 799, matching: 'profile_id', profile_id: ['their_profile', 'none_profile'][which] })],
  ])('F5: in a body: %s', async (_name, method, path, body) => {
    const token = rig.other;
    await rig.call('PUT', '/v1/pixels/899', { token, body: { name: 'x', database_id: 9 } });
    await rig.call('PUT', '/v1/event-types/their_other', { token, body: {} });
    await rig.call('PUT', '/v1/catalog/databases/799', { token, body: { name: 'x' } });
    await rig.call('PUT', '/v1/databases/799/profiles/their_profile', { token, body: { fields: { email: 'their@example.net' } } });
    const strip = (answer: Called): unknown => ({ status: answer.status, body: answer.text.replaceAll(/req_[\w-]+|hok_\w+|79[89]|89[89]|(their|none)_\w+|\d{4}-\d\d-\d\dT[\d:.]+Z/g, '*') });
    const [foreign, absent] = [await rig.call(method, path, { body: body(0) }), await rig.call(method, path, { body: body(1) })];
    expect(strip(foreign)).toEqual(strip(absent));
  });

  it('F5, F6: a cursor of another account is none, on every list', async () => {
    const lists = operations.filter(({ method, path, isSecured }) => method === 'GET' && isSecured && !/\{(hook|export|event|token|user|pixel|profile|send)/.test(path));
    for (let n = 0; n < 2; n++) {
      for (const [method, path, body] of [['POST', '/v1/hooks', HOOK], ['POST', '/v1/tokens', { name: 'x', scopes: ['hooks:read'] }], ['POST', '/v1/users', { login: `page${n}` }], ['PUT', `/v1/catalog/mailings/${70 + n}`, { name: 'x' }], ['PUT', `/v1/pixels/${70 + n}`, { name: 'x', database_id: 1 }]] as const) {
        expect((await rig.call(method, path, { token: rig.other, body })).status).toBeLessThan(300);
      }
    }
    let tried = 0;
    for (const { path } of lists) {
      const at = pathOf(path, 0);
      const theirs = await rig.call('GET', `${at}?limit=1`, { token: rig.other });
      const cursor = theirs.json?.next_cursor;
      if (typeof cursor !== 'string') continue;
      tried += 1;
      expect((await rig.call('GET', `${at}?limit=1&cursor=${cursor}`, { token: rig.other })).status).toBe(200);
      expect([path, await rig.call('GET', `${at}?limit=1&cursor=${cursor}`)]).toMatchObject([path, { status: 400, json: { error: { code: 'cursor_invalid' } } }]);
    }
    expect(tried).toBeGreaterThanOrEqual(7);
  });
});

describe('F4: every route asks for what it says', () => {
  const SAYS = /^Scope ([a-z_]+:[a-z]+)(, master)?/;

  it('without a token: 401', async () => {
    const wrong: string[] = [];
    for (const operation of operations.filter(({ isSecured }) => isSecured)) {
      const { status, json } = await call(operation, null);
      if (status !== 401 && !(status === 200 && json?.error === 401)) wrong.push(`${operation.method} ${operation.path}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });

  it('with one scope: 403 unless it is enough; as a member: 403 where only the master may', async () => {
    const wrong: string[] = [];
    for (const operation of operations.filter(({ isSecured }) => isSecured)) {
      const [, scope, master] = SAYS.exec(operation.access) ?? [];
      for (const [role, token, owned, isMaster] of await tokens()) {
        const allowed = scope === undefined ? false : hasScope({ accountId: 1, scopes: owned }, scope as NeededScope) && (master === undefined || isMaster);
        // A dry run shows events, so it needs to read them as well.
        const isAllowed = allowed && (operation.id !== 'dryRunHook' || hasScope({ accountId: 1, scopes: owned }, 'deliveries:read'));
        const { status, json } = await call(operation, token);
        const isForbidden = status === 403 || (status === 200 && json?.error === 403);
        if (isForbidden === isAllowed) wrong.push(`${role} ${operation.method} ${operation.path} (${operation.access}): ${status} ${JSON.stringify(json?.error)}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  let made: Promise<(readonly [role: string, token: string, scopes: readonly string[], isMaster: boolean])[]> | undefined;
  const tokens = () => (made ??= Promise.all([
    ...TOKEN_SCOPES.map(async (scope) => [scope, await rig.token({ scopes: [scope] }), [scope], true] as const),
    (async () => ['member', await rig.token({ master: false }), TOKEN_SCOPES, false] as const)(),
  ]));
});
