import { randomBytes } from 'node:crypto';
import type { ControlRecord } from '@hookline/core';
import { describeWithService, sharedSqld } from '@hookline/services/vitest';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { realClock } from '../../testing/real-clock.ts';
import type { AppendResult, AppendedEvent } from '../event-log.ts';
import { SqlLogBackend } from '../sql/sql-log-backend.ts';
import { ShardLog } from '../shard-log.ts';
import { draft } from '../testing/sample-rows.ts';
import { DirectAppender } from './direct-appender.ts';
import { ObservedLog } from './observed-log.ts';
import { RemoteExecutor } from './remote-executor.ts';
import { createVerifiedFetch } from './verified-fetch.ts';

const WINDOW_MS = 3_600_000;
const PAGE = { rowsMax: 10_000, bytesMax: 1e8 };

await describeWithService('a shard that is appended to directly', sharedSqld, ({ url, adminUrl }) => {
  const pool = createVerifiedFetch(async () => {});
  afterAll(() => pool.close());

  let namespace: string;
  let nowMs = 1_700_000_000_000;
  const clock = { ...realClock, now: () => nowMs };
  const opened: { close(): Promise<void> }[] = [];
  beforeEach(async () => {
    namespace = `direct-${randomBytes(6).toString('hex')}`;
    const made = await fetch(`${adminUrl}/v1/namespaces/${namespace}/create`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    expect(made.ok).toBe(true);
  });
  afterEach(async () => {
    for (const log of opened.splice(0)) await log.close();
    await fetch(`${adminUrl}/v1/namespaces/${namespace}`, { method: 'DELETE' });
  });

  function executor(): RemoteExecutor {
    const inNamespace = (request: Request): Promise<Response> => {
      request.headers.set('x-namespace-bin', Buffer.from(namespace).toString('base64').replace(/=+$/, ''));
      return pool.fetch(request);
    };
    return new RemoteExecutor({ url, token: null, adminUrl, shard: 3, clock, fetch: inNamespace });
  }
  async function open(): Promise<ObservedLog> {
    const sql = executor();
    const log = await ObservedLog.open(new SqlLogBackend(3, sql), new DirectAppender({ executor: sql, shard: 3, clock, dedupeWindowMs: WINDOW_MS }));
    opened.push(log);
    return log;
  }
  const itemsOf = (result: AppendResult): readonly AppendedEvent[] => (result.kind === 'stored' ? result.items : []);
  const statuses = (result: AppendResult) => itemsOf(result).map(({ status }) => status);

  it('keeps events exactly as they were, and finds them', async () => {
    const log = await open();
    const events = [draft({ callerId: 'a', base: '{"x":"\\u0000 é 😀 \\"","n":9007199254740993', profileId: 'p\'"', profile: '{"f":1.0}', customData: '{}', contentRef: 'r', mailingId: 2 ** 53 - 1 }), draft({ callerId: null, databaseId: null })];
    const items = itemsOf(await log.append({ events }));
    expect(items.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
    const { rows, through } = await log.read(0, PAGE);
    expect(rows.map(({ kind: _, position: __, time, ...row }) => [time, row])).toEqual(events.map(({ callerId: _, ...event }, index) => [nowMs, { ...event, eventId: items[index]?.eventId }]));
    expect([through, log.end()]).toEqual([items[1]?.position, items[1]?.position]);
    for (const { eventId, position } of items) expect((await log.findEvent(events[0]?.accountId as number, eventId))?.position).toBe(position);
    expect(await log.findEvent(999, 'a')).toBeNull();
  });

  it('stores an id once, whoever brings it and however many at once', async () => {
    const logs = await Promise.all([open(), open(), open()]);
    const results = await Promise.all(Array.from({ length: 12 }, (_, n) => (logs[n % 3] as ObservedLog).append({ events: [draft({ callerId: 'same' }), draft({ callerId: `own-${n}` }), draft({ callerId: `own-${n}` })] })));
    expect(results.flatMap((result) => itemsOf(result)[0]?.status).filter((status) => status === 'accepted')).toHaveLength(1);
    expect(new Set(results.map((result) => itemsOf(result)[0]?.position)).size).toBe(1);
    expect(results.every((result) => statuses(result).slice(1).join() === 'accepted,duplicate')).toBe(true);
    const { rows } = await (logs[0] as ObservedLog).read(0, PAGE);
    expect(rows).toHaveLength(13);
    const positions = rows.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
  });

  it('an id counts within its account, and again after the window', async () => {
    const log = await open();
    expect(statuses(await log.append({ events: [draft({ callerId: 'x', accountId: 1 }), draft({ callerId: 'x', accountId: 2 })] }))).toEqual(['accepted', 'accepted']);
    nowMs += WINDOW_MS + 1;
    expect(statuses(await log.append({ events: [draft({ callerId: 'x', accountId: 1 })] }))).toEqual(['accepted']);
    expect(statuses(await log.append({ events: [draft({ callerId: 'x', accountId: 1 })] }))).toEqual(['duplicate']);
  });

  it('log time never goes back', async () => {
    const log = await open();
    await log.append({ events: [draft()] });
    nowMs -= 10_000;
    await log.append({ events: [draft()] });
    nowMs += 10_000;
    const [first, second] = (await log.read(0, PAGE)).rows;
    expect(second?.time).toBe(first?.time);
  });

  it('a request is taken once: the same again is answered, another body refused', async () => {
    const [one, two] = [await open(), await open()];
    const request = (bodyHash: string, log: ObservedLog) =>
      log.append({ events: [draft({ callerId: 'r' }), draft()], idempotency: { accountId: 1, path: '/v1/events', key: 'k', bodyHash, answer: (items) => items.map(({ status, eventId }) => `${status}:${eventId}`).join() } });
    const answers = await Promise.all([request('h', one), request('h', two), request('h', one)]);
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['replay', 'replay', 'stored']);
    const stored = answers.find((answer) => answer.kind === 'stored') as AppendResult;
    const text = itemsOf(stored).map(({ status, eventId }) => `${status}:${eventId}`).join();
    expect(answers.filter((answer) => answer.kind === 'replay').map((answer) => (answer as { answer: string }).answer)).toEqual([text, text]);
    expect((await request('other', two)).kind).toBe('mismatch');
    expect((await one.read(0, PAGE)).rows).toHaveLength(2);
  });

  it('takes control records', async () => {
    const log = await open();
    const record: ControlRecord = { hookId: 'hok_1', accountId: 1, change: 1, action: 'deactivated' };
    const position = await log.appendControl(record);
    expect(await log.controls()).toMatchObject([{ position, accountId: 1, record }]);
  });

  it('is refused where the shard has an appender, before and after', async () => {
    const owned = executor();
    const appender = await ShardLog.open({ backend: new SqlLogBackend(3, owned), clock, defer: setImmediate, dedupeWindowMs: WINDOW_MS });
    await appender.append({ events: [draft()] });
    const log = await open();
    await expect(log.append({ events: [draft()] })).rejects.toMatchObject({ code: 'store_unavailable' });
    expect((await log.read(0, PAGE)).rows).toHaveLength(1);
    await appender.close();
  });

  it('ends when an appender takes the shard over', async () => {
    const log = await open();
    await log.append({ events: [draft({ callerId: 'before' })] });
    const appender = await ShardLog.open({ backend: new SqlLogBackend(3, executor()), clock, defer: setImmediate, dedupeWindowMs: WINDOW_MS });
    await expect(log.append({ events: [draft()] })).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(statuses(await appender.append({ events: [draft({ callerId: 'before' }), draft()] }))).toEqual(['duplicate', 'accepted']);
    await appender.close();
  });
});
