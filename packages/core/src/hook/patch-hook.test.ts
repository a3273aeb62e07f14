import { describe, expect, it } from 'vitest';
import type { HookRequest } from './hook.ts';
import type { WritableHook } from './hook-wire.ts';
import { applyMergePatch } from './merge-patch.ts';
import { patchHook } from './patch-hook.ts';

// RFC 7396, appendix A.
it.each<[unknown, unknown, unknown]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }], [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }], [{ a: 'b' }, { a: null }, {}], [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }], [{ a: ['b'] }, { a: 'c' }, { a: 'c' }], [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }], [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }], [['a', 'b'], ['c', 'd'], ['c', 'd']], [{ a: 'b' }, ['c'], ['c']], [{ a: 'foo' }, null, null], [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }], [[1, 2], { a: 'b', c: null }, { a: 'b' }], [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j with %j over it is %j', (target, patch, expected) => {
  expect(applyMergePatch(target, patch)).toEqual(expected);
});

it('takes __proto__ as a member like others and changes nobody', () => {
  const target = { a: { b: 1 } };
  const merged = applyMergePatch(target, JSON.parse('{"__proto__": {"polluted": true}, "a": {"b": 2}}'));
  expect(Object.keys(merged as object)).toEqual(['a', '__proto__']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect(target).toEqual({ a: { b: 1 } });
});

describe('patchHook', () => {
  const sealed = { sealed: 's' };
  const hook = (request: HookRequest): WritableHook => ({
    name: 'n', active: true, request,
    selection: { databaseId: 12, events: ['click'], filters: { resources: [1], mailings: [], templates: [], segments: [], pixels: [] }, customData: { fields: [], template: { a: 'x', b: 'y' } }, includeContent: false, includeEventId: true, subjects: { click: [] } },
  });
  const http = hook({
    type: 'http', url: 'https://x.com/', max_batch_size: 1, timeout_sec: 1, success_status: '2xx', request_timeout_sec: 1, headers: { 'X-A': sealed, 'X-B': sealed }, auth: { type: 'basic', username: 'u', password: sealed }, success_pattern: 'OK', signing_secret: sealed, previous_signing_secret: sealed, previous_signing_secret_until: 9,
  });
  const patched = (request: unknown) => (patchHook(http, { request }) as { request: Record<string, unknown> }).request;

  it('shows nothing of a rotation', () => {
    expect(Object.keys(patched({})).filter((key) => key.startsWith('previous'))).toEqual([]);
  });

  it('merges and removes', () => {
    expect(patchHook(http, { name: 'm', database_id: null, custom_data: { template: { a: null } } })).toMatchObject({ name: 'm', custom_data: { template: { b: 'y' } } });
    expect(patchHook(http, { database_id: null })).not.toHaveProperty('database_id');
    expect(patched({ success_pattern: null })).not.toHaveProperty('success_pattern');
  });

  it('leaves the nulls that remove secrets', () => {
    expect(patched({ signing_secret: null, headers: { 'X-A': null }, auth: { password: null } })).toMatchObject({ signing_secret: null, headers: { 'X-A': null, 'X-B': { set: true } }, auth: { username: 'u', password: null } });
    expect(patched({ headers: null })).toMatchObject({ headers: null });
  });

  it('means the same header in upper and lower case', () => {
    expect(patched({ headers: { 'x-a': 'new', 'x-b': null } }).headers).toEqual({ 'x-a': 'new', 'x-b': null });
  });

  it('takes another type as a whole', () => {
    const kafka = { type: 'kafka', brokers: ['k.example.com:9092'], topic: 't' };
    expect(patched(kafka)).toEqual(kafka);
    expect(patched({ auth: { type: 'bearer', token: 't' } })).toMatchObject({ url: 'https://x.com/', auth: { type: 'bearer', token: 't' } });
    expect(patched({ auth: { type: 'bearer', token: 't' } }).auth).not.toHaveProperty('username');
    expect(patched({ type: 'http', max_batch_size: 7 })).toMatchObject({ url: 'https://x.com/', max_batch_size: 7 });
  });

  it('hands on what is no patch at all', () => {
    expect([patchHook(http, 7), patchHook(http, null), patchHook(http, [])]).toEqual([7, null, []]);
    expect(patchHook(http, { request: 'x' })).toMatchObject({ request: 'x' });
  });
});
