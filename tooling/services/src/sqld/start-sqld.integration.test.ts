import { createClient } from '@libsql/client';
import { expect, it } from 'vitest';
import { describeWithService, sharedSqld } from '../vitest/index.ts';
import { startSqld } from './start-sqld.ts';
import type { SqldService } from './start-sqld.ts';

const STRONG = { block_reads: false, block_writes: false, durability_mode: 'strong', txn_timeout_s: 5 };
const post = (url: string, body: unknown): Promise<Response> => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

async function rows(url: string): Promise<number> {
  const client = createClient({ url });
  try {
    return Number((await client.execute('SELECT count(*) AS n FROM kept')).rows[0]?.['n']);
  } finally {
    client.close();
  }
}

async function keepsRows(sqld: SqldService): Promise<number> {
  const client = createClient({ url: sqld.url });
  await client.batch(['CREATE TABLE kept (id INTEGER PRIMARY KEY)', 'INSERT INTO kept VALUES (1)'], 'write');
  client.close();
  await sqld.kill9();
  await sqld.start();
  await sqld.terminate();
  await sqld.start();
  return rows(sqld.url);
}

await describeWithService('a private libSQL server', () => startSqld({ private: true }), (sqld) => {
  it('keeps a committed row over kill -9 and an orderly restart', async () => {
    expect(await keepsRows(sqld)).toBe(1);
  });

  it('answers nothing while it is frozen', async () => {
    await sqld.freeze();
    await expect(fetch(`${sqld.url}/health`, { signal: AbortSignal.timeout(300) })).rejects.toThrow(/timeout/);
    await sqld.thaw();
    expect((await fetch(`${sqld.url}/health`)).status).toBe(200);
  });

  it('comes with the durability that the server has by itself, and takes a stronger one', async () => {
    const settings = `${sqld.adminUrl}/v1/namespaces/default/config`;
    expect(await (await fetch(settings)).json()).not.toMatchObject({ durability_mode: 'strong' });
    expect((await post(settings, STRONG)).status).toBe(200);
    await sqld.kill9();
    await sqld.start();
    expect(await (await fetch(settings)).json()).toMatchObject({ durability_mode: 'strong' });
  });
});

await describeWithService('a libSQL server without namespaces', () => startSqld({ private: true, namespaces: false }), (sqld) => {
  it('keeps a committed row, and forgets its durability', async () => {
    const settings = `${sqld.adminUrl}/v1/namespaces/default/config`;
    expect((await post(settings, STRONG)).status).toBe(200);
    expect(await keepsRows(sqld)).toBe(1);
    expect(await (await fetch(settings)).json()).not.toMatchObject({ durability_mode: 'strong' });
  });
});

await describeWithService('the shared libSQL server', sharedSqld, ({ url, adminUrl }) => {
  it('makes namespaces', async () => {
    expect((await post(`${adminUrl}/v1/namespaces/services-test/create`, {})).status).toBe(200);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});
