// The product as several processes: libSQL servers with a shard each, an edge for each shard, relays and exporters.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { freePorts, startSqld, waitUntil } from '@hookline/services';
import type { SqldService } from '@hookline/services';
import { createApiClient } from '../product/api-client.ts';
import type { ApiClient } from '../product/api-client.ts';
import { startProduct } from '../product/product-process.ts';
import type { ProductProcess } from '../product/product-process.ts';

/** What can be killed and started again. */
export interface Member {
  readonly name: string;
  /** It stands still, and learns nothing of what happens meanwhile. Servers do not. */
  freeze(): void;
  thaw(): void;
  kill9(): Promise<void>;
  start(): Promise<void>;
  log(): string;
}

export interface Cluster {
  readonly members: readonly Member[];
  /** Of each edge, as the platform. */
  readonly platform: readonly ApiClient[];
  /** Of each edge, as an account's master. */
  account(accountId: number): Promise<readonly ApiClient[]>;
  close(): Promise<void>;
}

const SHARDS = 2;
const MAIN = path.resolve(import.meta.dirname, '../../../../apps/standalone/src/main.ts');
const SCOPES = ['events:write', 'hooks:write', 'deliveries:write', 'exports:write'];

export async function openCluster(): Promise<Cluster> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const servers = await Promise.all(Array.from({ length: SHARDS }, () => startSqld({ private: true })));
    for (const server of servers) closers.push(() => server.stop());
    const ports = await freePorts(SHARDS * 3);
    const platformToken = `hl_${randomBytes(24).toString('base64url')}`;
    const originOf = (place: number): string => `http://127.0.0.1:${ports[place]}`;
    const edges = Array.from({ length: SHARDS }, (_, shard) => originOf(shard));
    const env = {
      HOOKLINE_DATABASE_URL: servers[0]?.url ?? '', HOOKLINE_DATABASE_ADMIN_URL: servers[0]?.adminUrl ?? '', HOOKLINE_LOG_URLS: servers.map(({ url }) => url).join(','), HOOKLINE_LOG_ADMIN_URLS: servers.map(({ adminUrl }) => adminUrl).join(','),
      HOOKLINE_MASTER_KEY: randomBytes(32).toString('base64'), HOOKLINE_PLATFORM_TOKEN: platformToken, HOOKLINE_ADMIN_TOKEN: `hl_${randomBytes(24).toString('base64url')}`,
      HOOKLINE_EDGE_URLS: edges.join(','), HOOKLINE_RELAY_URLS: [originOf(SHARDS), originOf(SHARDS + 1)].join(','), HOOK_RETRY_PERIOD_SEC: '1',
    };
    const startRole = async (role: string, number: number, place: number): Promise<Member> => {
      const product = await startProduct({ command: [process.execPath, '--conditions=source', MAIN, role], env: { ...env, PORT: String(ports[place]), HOOKLINE_SHARD: String(number) } });
      closers.push(() => product.stop());
      return memberOf(`${role} ${number}`, product);
    };
    // The first makes the tables and the tokens.
    const members = [await startRole('edge', 0, 0)];
    members.push(...(await Promise.all([startRole('edge', 1, 1), ...[0, 1].flatMap((number) => [startRole('relay', number, SHARDS + number), startRole('exporter', number, 2 * SHARDS + number)])])));
    members.push(...servers.map((server, number) => serverMember(`server ${number}`, server)));
    const clientsOf = (token: string): readonly ApiClient[] => edges.map((origin) => {
      const client = createApiClient(origin, token);
      closers.push(() => client.close());
      return client;
    });
    const platform = clientsOf(platformToken);
    return {
      members, platform, close,
      async account(accountId) {
        await (platform[0] as ApiClient).call('PUT', `/v1/accounts/${accountId}`, { name: `Account ${accountId}` });
        const { token } = await (platform[0] as ApiClient).call<{ token: string }>('POST', `/v1/accounts/${accountId}/tokens`, { name: 'all', scopes: SCOPES, master: true });
        const clients = clientsOf(token);
        // What one edge was told the others learn within a second.
        for (const client of clients) await waitUntil('every edge to know the account', async () => (await client.send('GET', '/v1/hooks')).status === 200, { deadlineMs: 10_000 });
        return clients;
      },
    };
  } catch (error: unknown) {
    await close();
    throw error;
  }
}

const memberOf = (name: string, product: ProductProcess): Member => ({
  name, kill9: () => product.kill9(), start: () => product.start(), log: () => product.log(),
  freeze: () => void process.kill(product.pid, 'SIGSTOP'),
  thaw: () => void process.kill(product.pid, 'SIGCONT'),
});
const serverMember = (name: string, server: SqldService): Member => ({ name, freeze: () => {}, thaw: () => {}, kill9: () => server.kill9(), start: () => server.start(), log: () => '' });
