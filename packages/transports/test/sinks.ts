// Receivers on loopback that behave as a test says, and the transport that sends to them.
import http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';
import type { HttpRequest, Outcome, SendResult, Transport, TransportFactory } from '@hookline/core';
import { afterEach } from 'vitest';
import { createTransportFactory, type TransportFactoryOptions } from '../src/create-transport-factory.ts';
import { sampleBatch } from '../src/testing/sample-batch.ts';
import { openPolicy } from './open-policy.ts';

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export interface Sink {
  readonly port: number;
  readonly url: string;
  /** Of connections that have been taken. */
  connectionCount(): number;
}

async function listen(server: net.Server): Promise<Sink> {
  const sockets = new Set<net.Socket>();
  let count = 0;
  server.on('connection', (socket: net.Socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as net.AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/in?a=1`, connectionCount: () => count };
}

export interface TakenRequest {
  readonly headers: http.IncomingHttpHeaders;
  readonly url: string;
  readonly method: string;
  readonly body: Buffer;
}

/** Answers each request when all of it is there. */
export const httpSink = (answer: (request: TakenRequest, response: http.ServerResponse) => void): Promise<Sink> =>
  listen(
    http.createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => answer({ headers: request.headers, url: request.url ?? '', method: request.method ?? '', body: Buffer.concat(parts) }, response));
    }),
  );

/** Is called for each whole request, with how many this connection has carried before. */
export const rawSink = (onRequest: (socket: net.Socket, requestsBefore: number) => void): Promise<Sink> =>
  listen(
    net.createServer((socket) => {
      let bytes = '';
      let requestCount = 0;
      socket.setEncoding('latin1').on('data', (part) => {
        bytes += part;
        const headEnd = bytes.indexOf('\r\n\r\n');
        const length = Number(/^content-length: (\d+)/im.exec(bytes)?.[1]);
        if (headEnd < 0 || bytes.length < headEnd + 4 + length) return;
        bytes = '';
        onRequest(socket, requestCount++);
      });
    }),
  );

/** Answers every request with these bytes. */
export const bytesSink = (...bytes: readonly string[]): Promise<Sink> => rawSink((socket) => socket.write(bytes.join('\r\n')));

export function openFactory(options: Partial<TransportFactoryOptions> = {}): TransportFactory {
  const factory = createTransportFactory({ policy: openPolicy, openSecret: () => null, kafkaClient: 'platformatic', version: '1.2.3', ...options });
  closers.push(() => factory.close());
  return factory;
}

export const httpRequest = (url: string, change: Partial<HttpRequest> = {}): HttpRequest => ({
  type: 'http', url, max_batch_size: 100, timeout_sec: 1, success_status: '2xx', request_timeout_sec: 5, headers: {}, auth: { type: 'none' }, ...change,
});

export function openTransport(factory: TransportFactory, request: HttpRequest, accountId = 1): Transport {
  const transport = factory.create({ hookId: 'hok_sample', accountId, request });
  if ('kind' in transport) throw new Error(transport.message);
  return transport;
}

/** One attempt by a transport of its own. */
export const sendOnce = (url: string, change: Partial<HttpRequest> = {}): Promise<SendResult> => openTransport(openFactory(), httpRequest(url, change)).send(sampleBatch(['{"a":1}']));

export const outcomeOf = async (url: string, change: Partial<HttpRequest> = {}): Promise<Outcome> => (await sendOnce(url, change)).outcome;
