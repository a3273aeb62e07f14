import { startFaultProxy, startSqld } from '@hookline/services';
import type { FaultProxy, SqldService } from '@hookline/services';
import { describeWithService } from '@hookline/services/vitest';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { realClock } from '../../testing/real-clock.ts';
import { waitFor } from '../../testing/wait-for.ts';
import type { ShardLog } from '../shard-log.ts';
import { draft, laneOp } from '../testing/sample-rows.ts';
import { openRemoteEventLog } from './open-remote-event-log.ts';

const portOf = (url: string): number => Number(new URL(url).port);
const settingsOf = async (sqld: SqldService): Promise<unknown> => (await fetch(`${sqld.adminUrl}/v1/namespaces/default/config`)).json();
const forget = async (sqld: SqldService): Promise<void> =>
  void (await fetch(`${sqld.adminUrl}/v1/namespaces/default/config`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ block_reads: false, block_writes: false }) }));
const STRONG = { durability_mode: 'strong', txn_timeout_s: 5 };

async function idsOf(log: ShardLog): Promise<string[]> {
  const ids: string[] = [];
  for (let after = 0; after < log.end(); ) {
    const page = await log.read(after, { rowsMax: 1_000, bytesMax: 1 << 20 });
    ids.push(...page.rows.flatMap((row) => (row.kind === 'event' ? [row.eventId] : [])));
    after = page.through;
  }
  return ids;
}

await describeWithService('the event log on a libSQL server that fails', () => startSqld({ private: true }), (sqld) => {
  let server: FaultProxy;
  let admin: FaultProxy;
  let log: ShardLog;
  beforeAll(async () => {
    server = await startFaultProxy({ port: portOf(sqld.url) });
    admin = await startFaultProxy({ port: portOf(sqld.adminUrl) });
  });
  afterAll(async () => {
    await server.close();
    await admin.close();
  });
  const open = (adminUrl: string | null = `http://127.0.0.1:${admin.port}`): Promise<ShardLog> =>
    openRemoteEventLog({ url: `http://localhost:${server.port}`, token: null, adminUrl, shard: 0, clock: realClock, dedupeWindowMs: 60_000 });
  beforeEach(async () => {
    log = await open();
  });
  afterEach(async () => {
    await server.heal();
    await admin.heal();
    await log.close();
  });

  it('makes the server durable before anything is committed', async () => {
    expect(await settingsOf(sqld)).toMatchObject(STRONG);
    expect(await log.durability()).toBeNull();
  });

  it('does not open where durability cannot be verified', async () => {
    await expect(open(null)).rejects.toMatchObject({ code: 'store_unavailable' });
    await admin.inject({ kind: 'down' });
    await expect(open()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await log.durability()).toMatch(/admin API/);
  });

  it('verifies again on every new connection, and commits nothing while it cannot', async () => {
    const end = log.end();
    await forget(sqld);
    await admin.inject({ kind: 'down' });
    await server.inject({ kind: 'down' });
    await server.heal();
    const append = log.append({ events: [draft({ callerId: 'unverified' })] });
    await waitFor(() => log.trouble() !== null);
    expect(await settingsOf(sqld)).not.toMatchObject(STRONG);
    await admin.heal();
    await expect(append).rejects.toMatchObject({ code: 'store_unavailable' });
    await waitFor(() => log.trouble() === null);
    expect(log.end()).toBe(end);
    await log.append({ events: [draft()] });
    expect(await settingsOf(sqld)).toMatchObject(STRONG);
  });

  it('learns that a commit took place whose answer was lost', async () => {
    await log.append({ events: [draft()] });
    await server.inject({ kind: 'limit_data', direction: 'down', bytes: 0 });
    const append = log.append({ events: [draft({ callerId: 'answer-lost' })] });
    const lane = log.commit([laneOp({ laneId: 'lost', add: { matched: 1 } })]);
    await waitFor(() => log.trouble() !== null);
    await server.heal();
    expect(await append).toMatchObject({ items: [{ status: 'accepted' }] });
    await lane;
    expect((await log.load()).lanes.find((l) => l.laneId === 'lost')?.matched).toBe(1);
    await log.close();
    log = await open();
    expect((await idsOf(log)).filter((id) => id === 'answer-lost')).toHaveLength(1);
  });

  it('loses nothing that was acknowledged when the server is killed under load, and goes on by itself', async () => {
    const acknowledged: string[] = [];
    let name = 0;
    let stop = false;
    const writers = Array.from({ length: 4 }, async () => {
      while (!stop) {
        const callerId = `kill-${name++}`;
        await log.append({ events: [draft({ callerId })] }).then(
          () => acknowledged.push(callerId),
          () => new Promise((resolve) => setTimeout(resolve, 20)),
        );
      }
    });
    await waitFor(() => acknowledged.length > 50);
    await sqld.kill9();
    await waitFor(() => log.trouble() !== null);
    await sqld.start();
    const before = acknowledged.length;
    await waitFor(() => acknowledged.length > before + 50);
    stop = true;
    await Promise.all(writers);
    await log.close();
    log = await open();
    const ids = await idsOf(log);
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('tells the truth about an append that met a frozen server', async () => {
    await sqld.freeze();
    const outcome = log.append({ events: [draft({ callerId: 'frozen' })] }).then(
      () => 1,
      () => 0,
    );
    await waitFor(() => log.trouble() !== null);
    await sqld.thaw();
    const stored = await outcome;
    await waitFor(() => log.trouble() === null);
    await log.append({ events: [draft()] });
    await log.close();
    log = await open();
    expect((await idsOf(log)).filter((id) => id === 'frozen')).toHaveLength(stored);
  });

  it('commits the largest group at once', async () => {
    const events = Array.from({ length: 1_000 }, (_, i) => draft({ callerId: `large-${i}`, base: 'ё'.repeat(2_000) }));
    expect(await log.append({ events })).toMatchObject({ kind: 'stored' });
    expect(await log.readAt([log.end()])).toMatchObject([{ eventId: 'large-999' }]);
  });
});

await describeWithService('the event log on a libSQL server that forgets its settings', () => startSqld({ private: true, namespaces: false }), (sqld) => {
  it('makes it durable again before it commits after a restart', async () => {
    const log = await openRemoteEventLog({ url: sqld.url, token: null, adminUrl: sqld.adminUrl, shard: 0, clock: realClock, dedupeWindowMs: 60_000 });
    await log.append({ events: [draft()] });
    await sqld.terminate();
    await sqld.start();
    expect(await settingsOf(sqld)).not.toMatchObject(STRONG);
    await waitFor(() => log.append({ events: [draft()] }).then(() => true, () => false));
    expect(await settingsOf(sqld)).toMatchObject(STRONG);
    await log.close();
  });
});
