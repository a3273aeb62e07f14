// What a process without an API answers: whether it lives, whether it is ready, its numbers, and who wakes it.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { INNER_WAKE } from '@hookline/edge';
import type { Registry } from 'prom-client';

export interface RoleListenerOptions {
  readonly host: string;
  /** 0 picks one. */
  readonly port: number;
  readonly metrics: Registry;
  /** Why it is not ready, in words; empty = ready. */
  readonly problems: () => Promise<readonly string[]>;
  /** An edge says that a shard has grown. Left out, nobody does. */
  readonly wake?: (shard: number) => void;
  /** What processes of this installation know each other by. */
  readonly token: string;
}

export interface RoleListener {
  readonly url: string;
  close(): Promise<void>;
}

const HEADER_BYTES_MAX = 8 * 1024;
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export async function startRoleListener({ host, port, metrics, problems, wake, token }: RoleListenerOptions): Promise<RoleListener> {
  const expected = digest(`Bearer ${token}`);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    request.resume();
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://role');
    const end = (status: number, type: string, body: string): void => void response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    if (request.method === 'POST' && pathname === INNER_WAKE && wake) {
      const isOurs = timingSafeEqual(digest(request.headers.authorization ?? ''), expected);
      if (isOurs) wake(Number(searchParams.get('shard')));
      return void response.writeHead(isOurs ? 204 : 401).end();
    }
    if (request.method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end();
    if (pathname === '/livez') return end(200, 'application/json', '{"status":"ok"}');
    if (pathname === '/metrics') return end(200, metrics.contentType, await metrics.metrics());
    if (pathname !== '/readyz') return end(404, 'application/json', '{"error":{"code":"not_found","message":"There is nothing here."}}');
    const reasons = await problems();
    end(reasons.length === 0 ? 200 : 503, 'application/json', JSON.stringify({ status: reasons.length === 0 ? 'ready' : 'not_ready', reasons }));
  };
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
