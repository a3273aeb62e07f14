import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventDraft, HooklineError } from '@hookline/core';
import { type AppendResult, homeShardOf, type IdempotentRequest, MemoryLogBackend, ShardLog } from '@hookline/store';
import { systemClock } from '@hookline/transports';
import { registerInnerDoor } from '../../src/shards/inner-door.ts';
import { createPeerEdge } from '../../src/shards/peer-edge.ts';
import { SpreadLog } from '../../src/shards/spread-log.ts';

const TOKEN = 'hli_test';
/** Accounts that have their homes on shard 0 and on shard 1. */
const [AT_0, AT_1] = [0, 1].map((shard) => Array.from({ length: 100 }, (_, i) => i + 1).find((id) => homeShardOf(id, 2) === shard)) as [number, number];

const draft = (accountId: number, callerId: string | null): EventDraft => ({
  accountId, databaseId: null, eventType: 'click', resourceId: null, mailingId: null, templateId: null, segmentId: null, pixelId: null, profileId: null, eventTimeMs: 0, callerId,
  base: '{"event_type":"click"', profile: null, customData: null, contentRef: null,
});
const request = (accountId: number, bodyHash = 'body'): IdempotentRequest => ({ accountId, path: '/v1/events', key: 'k', bodyHash, answer: (items) => items.map(({ eventId, status }) => `${eventId} ${status}`).join(', ') });
const itemsOf = (result: AppendResult): readonly (readonly [string, string])[] => (result.kind === 'stored' ? result.items.map(({ eventId, status }) => [eventId, status] as const) : []);

describe('two edges, each with a shard', () => {
  let logs: readonly [ShardLog, ShardLog];
  /** Edges that do not answer. */
  let away: Set<number>;
  let edges: readonly [SpreadLog, SpreadLog];

  beforeEach(async () => {
    away = new Set();
    const open = (shard: number): Promise<ShardLog> => ShardLog.open({ backend: new MemoryLogBackend(shard, `log${shard}`), clock: systemClock, defer: setImmediate, dedupeWindowMs: 3_600_000 });
    logs = [await open(0), await open(1)];
    const doors = logs.map((log) => {
      const app = new Hono();
      registerInnerDoor(app, { log, token: TOKEN });
      return app;
    });
    const peer = (shard: number) => createPeerEdge({
      shard, url: 'http://peer', token: TOKEN,
      fetch: async (url, init) => {
        if (away.has(shard)) throw new TypeError('refused');
        const { body } = init as { body: string };
        return (doors[shard] as Hono).request(String(url), { ...init, headers: { ...(init?.headers as object), 'content-length': String(Buffer.byteLength(body)) } });
      },
    });
    edges = [new SpreadLog({ own: logs[0], peers: new Map([[1, peer(1)]]) }), new SpreadLog({ own: logs[1], peers: new Map([[0, peer(0)]]) })];
  });
  afterEach(async () => {
    await Promise.all(logs.map((log) => log.close()));
  });

  it('stores one event for one id, whichever edge it comes to, and keeps the order of the answers', async () => {
    const events = [draft(AT_0, 'a'), draft(AT_1, 'a'), draft(AT_1, 'b'), draft(AT_0, 'c')];
    expect(itemsOf(await edges[0].append({ events }))).toEqual([['a', 'accepted'], ['a', 'accepted'], ['b', 'accepted'], ['c', 'accepted']]);
    expect(itemsOf(await edges[1].append({ events: [...events].reverse() }))).toEqual([['c', 'duplicate'], ['b', 'duplicate'], ['a', 'duplicate'], ['a', 'duplicate']]);
    expect(logs.map((log) => log.end())).toEqual([2, 2]);
  });

  it('keeps what has no id of its own where it came', async () => {
    await edges[1].append({ events: [draft(AT_0, null), draft(AT_0, null)] });
    expect(logs.map((log) => log.end())).toEqual([0, 2]);
  });

  it('refuses honestly while the home is away, and stores nothing of what could come twice', async () => {
    away.add(1);
    await expect(edges[0].append({ events: [draft(AT_0, null), draft(AT_1, 'b')] })).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(logs.map((log) => log.end())).toEqual([0, 0]);
    expect(itemsOf(await edges[0].append({ events: [draft(AT_0, 'a'), draft(AT_1, null)] }))).toHaveLength(2);
  });

  it('knows a request by its key at either edge: its answer once more, another body refused', async () => {
    const events = [draft(AT_0, 'a'), draft(AT_1, 'b'), draft(AT_0, null)];
    const first = await edges[0].append({ events, idempotency: request(AT_1) });
    expect(itemsOf(first).map(([, status]) => status)).toEqual(['accepted', 'accepted', 'accepted']);
    const text = request(AT_1).answer(first.kind === 'stored' ? first.items : []);
    for (const edge of edges) {
      expect(await edge.append({ events, idempotency: request(AT_1) })).toEqual({ kind: 'replay', answer: text });
      expect(await edge.append({ events: [draft(AT_0, 'other')], idempotency: request(AT_1, 'another body') })).toEqual({ kind: 'mismatch' });
    }
    expect(logs[0].end() + logs[1].end()).toBe(3);
  });

  it('finishes a request that was cut off between two shards when it comes again', async () => {
    const events = [draft(AT_1, 'b'), draft(AT_0, 'a')];
    away.add(0);
    await expect(edges[1].append({ events, idempotency: request(AT_1) })).rejects.toBeInstanceOf(HooklineError);
    expect(logs.map((log) => log.end())).toEqual([0, 1]);
    away.clear();
    expect(itemsOf(await edges[1].append({ events, idempotency: request(AT_1) }))).toEqual([['b', 'accepted'], ['a', 'accepted']]);
    expect(await edges[0].append({ events, idempotency: request(AT_1) })).toMatchObject({ kind: 'replay' });
    expect(logs.map((log) => log.end())).toEqual([1, 1]);
  });

  it('lets nobody in without the key of the installation, and nobody who takes it for another shard', async () => {
    const app = new Hono();
    registerInnerDoor(app, { log: logs[0], token: TOKEN });
    const call = (shard: number, token: string) => {
      const body = JSON.stringify({ shard, events: [draft(AT_0, 'a')], idempotency: null });
      return app.request('/inner/append', { method: 'POST', body, headers: { authorization: `Bearer ${token}`, 'content-length': String(body.length) } });
    };
    expect((await call(0, 'hli_other')).status).toBe(401);
    expect((await call(1, TOKEN)).status).toBe(421);
    expect((await call(0, TOKEN)).status).toBe(200);
    expect(logs[0].end()).toBe(1);
  });
});
