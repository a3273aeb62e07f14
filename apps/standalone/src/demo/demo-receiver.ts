// A destination to look at: takes batches on a port of its own, keeps the last ones, and shows them on a page with a button that sends sample events.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEMO_PAGE } from './demo-page.ts';

const KEPT_MESSAGES_MAX = 200;
const BODY_BYTES_MAX = 8 * 1024 * 1024;

export interface DemoReceiver {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface DemoReceiverOptions {
  /** 0 = any. */
  readonly port: number;
  readonly now: () => number;
  /** Puts a handful of sample events in, as a client of the API would; resolves with how many. */
  readonly sendSamples: () => Promise<number>;
}

export async function startDemoReceiver({ port, now, sendSamples }: DemoReceiverOptions): Promise<DemoReceiver> {
  const received: { readonly at: string; readonly deliveryId: string; readonly message: unknown }[] = [];
  let count = 0;
  const hook = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    if (body === null) return answer(response, 413, { error: 'too large' });
    const messages: unknown[] = JSON.parse(body);
    count += messages.length;
    for (const message of messages) received.unshift({ at: new Date(now()).toISOString(), deliveryId: String(request.headers['webhook-id']), message });
    received.length = Math.min(received.length, KEPT_MESSAGES_MAX);
    answer(response, 200, { ok: true });
  };
  const server = createServer((request, response) => {
    const route = `${request.method} ${(request.url ?? '').split('?')[0]}`;
    const work = async (): Promise<void> => {
      if (route === 'POST /hook') return hook(request, response);
      if (route === 'GET /received') return answer(response, 200, { count, received });
      if (route === 'POST /send') return isOwnPage(request) ? answer(response, 200, { sent: await sendSamples() }) : answer(response, 403, { error: 'only from the demo page' });
      if (route === 'GET /') return page(response);
      answer(response, 404, { error: 'not found' });
    };
    work().catch((error: unknown) => answer(response, 500, { error: error instanceof Error ? error.message : String(error) }));
  });
  await listen(server, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Another site's page must not send events with our token: browsers tell where a request comes from. */
function isOwnPage(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin';
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      // The port of last time is taken: any other does, the hook's URL is corrected.
      if (error.code === 'EADDRINUSE' && port !== 0) server.listen(0, '127.0.0.1');
      else reject(error);
    };
    server.once('error', onError);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', onError);
      resolve();
    });
  });
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function page(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    'x-content-type-options': 'nosniff',
  });
  response.end(DEMO_PAGE);
}
