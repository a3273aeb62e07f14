import { TOKEN_SCOPES } from '@hookline/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EdgeRig, openEdgeRig } from './edge-rig.ts';

// Users, the tokens they own, and the audit log of what everybody changes.

const HOOK = { name: 'Orders', events: ['click'], request: { type: 'http', url: 'https://crm.example.com/in', signing_secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` } };
const SECRET = HOOK.request.signing_secret;

let rig: EdgeRig;
beforeAll(async () => {
  rig = await openEdgeRig();
});
afterAll(() => rig.close());

let next = 1;
const newUser = async (over: Record<string, unknown> = {}) => (await rig.call('POST', '/v1/users', { body: { login: `user${next++}`, ...over } })).json;
const tokenOf = async (userId: string, over: Record<string, unknown> = {}) => (await rig.call('POST', '/v1/tokens', { body: { name: 't', scopes: ['hooks:write', 'tokens:write', 'events:write'], master: true, user_id: userId, ...over } })).json;

describe('users', () => {
  it('are made with what they may, read without the password, changed and deleted', async () => {
    const made = await rig.call('POST', '/v1/users', { body: { login: ' Ann@Example.NET ', name: 'Ann', master: true, password: 'correct horse' } });
    expect(made).toMatchObject({ status: 201, json: { id: expect.stringMatching(/^usr_/), account_id: 1, login: 'ann@example.net', name: 'Ann', master: true, scopes: [...TOKEN_SCOPES], password: { set: true }, version: 1 } });
    expect(made.text).not.toMatch(/correct horse|scrypt/);
    const path = `/v1/users/${made.json.id}`;
    expect((await rig.call('GET', path)).json).toEqual(made.json);
    expect((await rig.call('GET', '/v1/users')).json.data).toEqual([made.json]);
    const changed = await rig.call('PATCH', path, { body: { name: 'Anna', master: false, password: null }, headers: { 'if-match': '"1"' } });
    expect(changed).toMatchObject({ status: 200, json: { name: 'Anna', master: false, password: null, version: 2 } });
    expect(await rig.call('PATCH', path, { body: { name: 'x' }, headers: { 'if-match': '"1"' } })).toMatchObject({ status: 409, json: { error: { code: 'version_conflict' } } });
    expect((await rig.call('PATCH', path, { body: changed.json })).json).toMatchObject({ name: 'Anna', version: 3 });
    expect((await rig.call('DELETE', path, { headers: { 'if-match': '"1"' } })).status).toBe(409);
    expect((await rig.call('DELETE', path)).status).toBe(204);
    expect((await rig.call('GET', path)).status).toBe(404);
    expect((await rig.call('DELETE', path)).status).toBe(404);
  });

  it('look only, where nobody says more', async () => {
    expect(await newUser()).toMatchObject({ master: false, scopes: ['hooks:read', 'deliveries:read', 'exports:read'], password: null });
  });

  it.each<[name: string, body: Record<string, unknown>, path: string]>([
    ['F10 short', { password: 'seven77' }, '/password'], ['F10 1 KiB and a byte', { password: 'x'.repeat(1025) }, '/password'], ['F10 1 MB', { password: 'x'.repeat(60_000) }, '/password'], ['password mask', { password: 5 }, '/password'],
    ['no login', { login: undefined }, '/login'], ['login of spaces', { login: '  ' }, '/login'], ['login with a control character', { login: 'a\u0000' }, '/login'], ['unknown scope', { scopes: ['all'] }, '/scopes/0'], ['unknown field', { role: 'x' }, '/role'],
  ])('%s: 422', async (_name, over, path) => {
    const answer = await rig.call('POST', '/v1/users', { body: { login: `u${next++}`, ...over } });
    expect([answer.status, answer.json.error.path]).toEqual([422, path]);
  });

  it('F10: a password may have a NUL and more than 72 bytes', async () => {
    for (const password of ['pass\u0000word', 'x'.repeat(1024), '\u00fc'.repeat(512)]) expect((await newUser({ password })).password).toEqual({ set: true });
  });

  it('have a login of their own: 409', async () => {
    const { id } = await newUser({ login: 'taken' });
    expect(await rig.call('POST', '/v1/users', { body: { login: 'TAKEN' } })).toMatchObject({ status: 409, json: { error: { code: 'login_taken', path: '/login' } } });
    const other = await newUser();
    expect((await rig.call('PATCH', `/v1/users/${other.id}`, { body: { login: 'taken' } })).status).toBe(409);
    expect((await rig.call('PATCH', `/v1/users/${id}`, { body: { login: 'taken' } })).status).toBe(200);
    expect((await rig.call('POST', '/v1/users', { token: rig.other, body: { login: 'taken' } })).status).toBe(201);
  });

  it('are not made with more than their maker has', async () => {
    const token = await rig.token({ scopes: ['tokens:write', 'hooks:read'] });
    expect(await rig.call('POST', '/v1/users', { token, body: { login: 'rich', scopes: ['hooks:write'] } })).toMatchObject({ status: 403, json: { error: { code: 'scope' } } });
    expect((await rig.call('POST', '/v1/users', { token, body: { login: 'poor', master: true } })).json.scopes).toEqual(['hooks:read', 'tokens:write']);
    const { id } = await newUser();
    expect((await rig.call('PATCH', `/v1/users/${id}`, { token, body: { scopes: ['hooks:write'] } })).status).toBe(403);
  });
});

describe('a token of a user', () => {
  it('F20: ends with the user', async () => {
    const user = await newUser({ master: true });
    const { token, user_id: owner } = await tokenOf(user.id);
    expect(owner).toBe(user.id);
    expect((await rig.call('GET', '/v1/hooks', { token })).status).toBe(200);
    expect((await rig.call('DELETE', `/v1/users/${user.id}`)).status).toBe(204);
    expect((await rig.call('GET', '/v1/hooks', { token })).status).toBe(401);
    expect((await rig.call('POST', '/v1/events', { token, body: { event_type: 'click', event_date: '2026-02-03T04:05:06Z', event_data: {} } })).status).toBe(401);
  });

  it('F20, F21: may what the user may, and no longer than that', async () => {
    const user = await newUser({ master: true });
    const { token } = await tokenOf(user.id);
    expect((await rig.call('POST', '/v1/hooks', { token, body: HOOK })).status).toBe(201);
    await rig.call('PATCH', `/v1/users/${user.id}`, { body: { master: false } });
    expect(await rig.call('POST', '/v1/hooks', { token, body: HOOK })).toMatchObject({ status: 403, json: { error: { code: 'master_required' } } });
    await rig.call('PATCH', `/v1/users/${user.id}`, { body: { scopes: [] } });
    expect(await rig.call('GET', '/v1/hooks', { token })).toMatchObject({ status: 403, json: { error: { code: 'scope' } } });
  });

  it('has a user of the account', async () => {
    const theirs = (await rig.call('POST', '/v1/users', { token: rig.other, body: { login: 'theirs' } })).json.id;
    for (const id of [theirs, 'usr_nobody']) expect(await rig.call('POST', '/v1/tokens', { body: { name: 't', scopes: ['hooks:read'], user_id: id } })).toMatchObject({ status: 422, json: { error: { code: 'user_unknown', path: '/user_id' } } });
  });
});

describe('the audit log', () => {
  const audit = async (query = '', token = rig.admin) => (await rig.call('GET', `/v1/audit${query}`, { token })).json.data as Record<string, unknown>[];

  it('tells every change of a hook: who, what it was, what it is, never a secret', async () => {
    const { json: hook } = await rig.call('POST', '/v1/hooks', { body: HOOK });
    const path = `/v1/hooks/${hook.id}`;
    await rig.call('PATCH', path, { body: { name: 'Renamed' } });
    await rig.call('PATCH', path, { body: { request: { signing_secret: SECRET.replace('B', 'C') } } });
    await rig.call('POST', `${path}/deactivate`);
    await rig.call('POST', `${path}/activate`, { body: { from: 'stopped' } });
    await rig.call('PATCH', path, { body: { name: '' } });
    await rig.call('PATCH', path, { body: { name: 'Stale' }, headers: { 'if-match': '"1"' } });
    const { json: copy } = await rig.call('POST', `${path}/clone`);
    await rig.call('DELETE', path);
    const { text } = await rig.call('GET', `/v1/audit?object_kind=hook&object_id=${hook.id}`);
    expect(text).not.toContain('whsec_');
    const entries = await audit(`?object_kind=hook&object_id=${hook.id}`);
    expect(entries.map(({ action }) => action)).toEqual(['hook.delete', 'hook.activate', 'hook.deactivate', 'hook.update', 'hook.update', 'hook.create']);
    const [deleted, activated, , rotated, renamed, created] = entries as [never, never, never, never, never, never];
    const secret = { request: { signing_secret: { set: true } } };
    expect(created).toMatchObject({ id: expect.stringMatching(/^aud_/), at: expect.stringMatching(/Z$/), actor: { token_id: expect.stringMatching(/^tok_/), user_id: null }, object_kind: 'hook', object_id: hook.id, before: null, after: { name: 'Orders', active: true, ...secret } });
    expect(renamed).toMatchObject({ before: { name: 'Orders', ...secret }, after: { name: 'Renamed', ...secret } });
    expect((renamed as { after: object }).after).not.toHaveProperty('secrets_changed');
    expect(rotated).toMatchObject({ before: { name: 'Renamed' }, after: { name: 'Renamed', ...secret, secrets_changed: ['signing_secret'] } });
    expect(activated).toMatchObject({ before: { active: false }, after: { active: true, from: 'stopped' } });
    expect(deleted).toMatchObject({ before: { name: 'Renamed' }, after: null });
    expect(await audit(`?object_id=${copy.id}`)).toMatchObject([{ action: 'hook.create', after: { name: 'Renamed (copy)', active: false } }]);
  });

  it('tells of tokens, users, event types, link keys and the account', async () => {
    const { token, id } = (await rig.call('POST', '/v1/tokens', { body: { name: 'audited', scopes: ['hooks:read'] } })).json;
    await rig.call('DELETE', `/v1/tokens/${id}`);
    expect(await audit(`?object_id=${id}`)).toMatchObject([{ action: 'token.delete', before: { id, name: 'audited' }, after: null }, { action: 'token.create', before: null, after: { id, scopes: ['hooks:read'], version: 1 } }]);
    const user = await newUser();
    await rig.call('PATCH', `/v1/users/${user.id}`, { body: { password: 'correct horse' } });
    await rig.call('DELETE', `/v1/users/${user.id}`);
    expect(await audit(`?object_id=${user.id}`)).toMatchObject([{ action: 'user.delete', after: null }, { action: 'user.update', before: { password: null }, after: { password: { set: true }, secrets_changed: ['password'] } }, { action: 'user.create' }]);
    await rig.call('PUT', '/v1/event-types/audited', { body: { label: 'One' } });
    await rig.call('PUT', '/v1/event-types/audited', { body: { label: 'Two' } });
    expect(await audit('?object_kind=event_type')).toMatchObject([{ action: 'event_type.update', before: { label: 'One' }, after: { label: 'Two' } }, { action: 'event_type.create', before: null }]);
    await rig.call('POST', '/v1/links/keys');
    expect(await audit('?object_kind=link_key')).toMatchObject([{ action: 'link_key.rotate', object_id: '1' }]);
    await rig.call('PUT', '/v1/accounts/1', { token: rig.platform, body: { name: 'Renamed' } });
    expect(await audit('?object_kind=account')).toMatchObject([{ action: 'account.update', object_id: '1', before: { name: 'One' }, after: { name: 'Renamed', version: 2 } }]);
    const { text } = await rig.call('GET', '/v1/audit?limit=500');
    for (const secret of [token, 'correct horse', 'scrypt$']) expect(text).not.toContain(secret);
  });

  it('names the user of the token that was used', async () => {
    const user = await newUser({ master: true });
    const { token, id } = await tokenOf(user.id);
    const { json: hook } = await rig.call('POST', '/v1/hooks', { token, body: HOOK });
    expect(await audit(`?object_id=${hook.id}`)).toMatchObject([{ actor: { token_id: id, user_id: user.id } }]);
  });

  it('is read by the master, of the own account, in pages', async () => {
    expect((await rig.call('GET', '/v1/audit', { token: await rig.token({ master: false }) })).status).toBe(403);
    expect((await rig.call('GET', '/v1/audit', { token: await rig.token({ scopes: ['hooks:write'] }) })).status).toBe(403);
    expect(await audit('', rig.other)).toMatchObject([{ action: 'user.create' }, { action: 'user.create' }]);
    const first = await rig.call('GET', '/v1/audit?limit=3');
    const second = await rig.call('GET', `/v1/audit?limit=3&cursor=${first.json.next_cursor}`);
    const numbers = [...first.json.data, ...second.json.data].map(({ id }: { id: string }) => Number(id.slice(4)));
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    expect(new Set(numbers).size).toBe(6);
    expect((await rig.call('GET', `/v1/audit?limit=3&object_kind=hook&cursor=${first.json.next_cursor}`)).status).toBe(400);
    expect((await rig.call('GET', '/v1/audit?object_kind=cat')).status).toBe(422);
  });
});
