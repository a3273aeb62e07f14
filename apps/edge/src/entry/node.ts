import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { LIMITS } from '@hookline/core';
import type { Edge } from '../create-edge.ts';
import { API_HEADERS, errorBody, isRefusal, refuse, type Refusal } from '../http/refusal.ts';
import { INGEST_PATH } from '../ingest/ingest-events.ts';
import { EDGE_LIMITS } from '../limits.ts';
import { answerBare } from '../pixel/visitor-doors.ts';
import { PIXEL_GIF } from '../pixel/gif.ts';
import { type Connection, isVisitorTarget, type VisitorAnswer } from '../pixel/visitor-request.ts';
import type { EdgeEnv } from '../route/visitor-route.ts';
import { answerSocket, refuseParserError } from './answer-socket.ts';
import { checkFraming } from './check-framing.ts';
import { createConnectionLimits } from './connection-limits.ts';
import { readIncoming } from './read-incoming.ts';

// The edge on Node. `POST /v1/events` and `GET /pixel` have raw routes before Hono, which on Node halves the rate of single events; everything else goes through Hono.
//
// Open: requests are served. Closing: no connection is taken; what comes on one that is open gets 503 and `connection: close`; what is in flight is finished.
// Closed: no connection is left. At the deadline of `close` the rest is cut.

export interface EdgeServerOptions {
  readonly edge: Edge;
  readonly host: string;
  /** 0 picks one. */
  readonly port: number;
}

export interface EdgeServer {
  /** `http://host:port`, the real port. */
  readonly url: string;
  readonly port: number;
  /** Resolves when all that was in flight is answered, or at the deadline. A second call waits for the first. */
  close(timeoutMs: number): Promise<void>;
}

/** How often Node looks for connections whose headers are late. */
const CHECK_INTERVAL_MS = 1_000;
/** How long a stopping server still answers on connections that are open. */
const CLOSE_GRACE_MS = 300;
const PIXEL_PREFIX = '/pixel?';
const GIF_TEXT = Buffer.from(PIXEL_GIF).toString('latin1');
/** Enough for the paths that matter. */
const TARGET_LOOKED_AT_BYTES = 256;
const PLAIN_HEADERS: readonly string[] = Object.entries(API_HEADERS).flat();

/** Resolves when it listens; rejects when it cannot (port taken, no such address). */
export async function startEdgeServer(options: EdgeServerOptions): Promise<EdgeServer> {
  const { edge } = options;
  const open = new Set<ServerResponse>();
  const limits = createConnectionLimits();
  let closing = false;

  const serveHono = getRequestListener((request, env) => edge.app.fetch(request, { connection: connectionOf((env as { incoming: IncomingMessage }).incoming) } satisfies EdgeEnv), { overrideGlobalObjects: false });
  const serve = (request: IncomingMessage, response: ServerResponse, mayContinue: () => void): void => {
    open.add(response);
    response.on('close', () => open.delete(response));
    limits.begin(request, response);
    const refusal = closing ? refuse(503, 'shutting_down', 'This process is stopping.', '', { 'retry-after': '1', connection: 'close' }) : checkFraming(request);
    if (refusal !== null) return answerRefusal(edge, request, response, refusal, 'unknown');
    if (request.method === 'POST' && isIngest(request.url as string)) return void serveIngest(edge, request, response, mayContinue);
    if (request.method === 'GET' && isPixel(request.url as string)) return servePixel(edge, request, response);
    mayContinue();
    drainBeforeEnd(request, response);
    void serveHono(request, response);
  };

  const server = createServer(
    {
      maxHeaderSize: EDGE_LIMITS.headerBytesMax,
      headersTimeout: EDGE_LIMITS.headersTimeoutMs,
      // Bodies have deadlines of their own: a streamed one may take longer than any other.
      requestTimeout: 0,
      keepAliveTimeout: EDGE_LIMITS.keepAliveTimeoutMs,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      // Ours says it as JSON.
      requireHostHeader: false,
      noDelay: true,
    },
    (request, response) => serve(request, response, () => {}),
  );
  // Counted by us, on the raw list.
  server.maxHeadersCount = 0;
  server.maxConnections = EDGE_LIMITS.connectionCountMax;
  server.on('connection', limits.admit);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => serve(request, response, () => response.writeContinue()));
  server.on('connect', (_request, socket: Duplex) => answerSocket(socket, refuse(405, 'method_not_allowed', 'CONNECT is not served.'), edge.nextRequestId()));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => answerParserError(edge, open, error, socket));

  await listen(server, options.host, options.port);
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    port,
    close(timeoutMs) {
      closing = true;
      edge.endStreams();
      for (const response of open) response.shouldKeepAlive = false;
      closed ??= closeServer(server, timeoutMs);
      return closed;
    },
  };
}

const isIngest = (url: string): boolean => url === INGEST_PATH || url.startsWith(`${INGEST_PATH}?`);

async function serveIngest(edge: Edge, request: IncomingMessage, response: ServerResponse, mayContinue: () => void): Promise<void> {
  const { headers } = request;
  const opened = edge.ingest.open(
    {
      authorization: headers.authorization, account: single(headers['hookline-account']), contentType: headers['content-type'], contentEncoding: headers['content-encoding'], idempotencyKey: single(headers['idempotency-key']),
    },
    (request.url as string).slice(INGEST_PATH.length + 1),
  );
  if (isRefusal(opened)) return answerRefusal(edge, request, response, opened, 'ingestEvents');
  const read = await readIncoming(request, { bytesMax: LIMITS.bodyBytesMax, timeoutMs: EDGE_LIMITS.bodyTimeoutMs, budget: edge.budget }, mayContinue);
  if (isRefusal(read)) return answerRefusal(edge, request, response, read, 'ingestEvents');
  try {
    const answer = await edge.ingest.finish(opened, read.bytes);
    if (isRefusal(answer)) return answerRefusal(edge, request, response, answer, 'ingestEvents');
    edge.metrics.countRequest('ingestEvents', 202);
    response.writeHead(202, [...PLAIN_HEADERS, 'x-request-id', edge.nextRequestId(), 'content-length', String(Buffer.byteLength(answer.text)), ...(answer.replay ? ['idempotent-replay', 'true'] : [])]);
    response.end(answer.text);
  } catch (error: unknown) {
    edge.logFailure(error);
    answerRefusal(edge, request, response, refuse(500, 'internal', 'This is our fault. The request id helps to find it.'), 'ingestEvents');
  } finally {
    read.release();
  }
}

const connectionOf = (request: IncomingMessage): Connection => ({ address: request.socket.remoteAddress ?? null, place: null });
const isPixel = (url: string): boolean => url.startsWith(PIXEL_PREFIX);

function servePixel(edge: Edge, request: IncomingMessage, response: ServerResponse): void {
  const asked = { address: request.socket.remoteAddress ?? null, place: null, method: 'GET', target: request.url as string, header: (name: string) => single(request.headers[name]) ?? null, body: null };
  const answerBy = (answer: VisitorAnswer): void => {
    edge.metrics.countRequest('firePixel', answer.status);
    response.writeHead(answer.status, headersOf(answer) as string[]);
    // As text it leaves in one piece with the head.
    if (answer.body === PIXEL_GIF) response.end(GIF_TEXT, 'latin1');
    else response.end(answer.body);
  };
  edge.doors.hits.hit(asked).then(answerBy, (error: unknown) => {
    edge.logFailure(error);
    answerBy(answerBare(500));
  });
}

const printedHeaders = new WeakMap<object, readonly string[]>();

/** Names and values one after the other; most answers share their headers. */
function headersOf({ status, headers, body }: VisitorAnswer): readonly string[] {
  let list = printedHeaders.get(headers);
  if (list === undefined) {
    list = [...Object.entries(headers).flat(), ...(status === 204 ? [] : ['content-length', String(body === null ? 0 : body.length)])];
    printedHeaders.set(headers, list);
  }
  return list;
}

/** Two headers of one name reach us as a list or joined; either way it is not one value. */
const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value.join(', ') : value);

/**
 * Answers at once. What is still coming of the body is read on for a moment and dropped: a connection closed over unread bytes is reset, and the client might
 * never see the answer.
 */
function answerRefusal(edge: Edge, request: IncomingMessage, response: ServerResponse, refusal: Refusal, route: string): void {
  edge.metrics.countRequest(route, refusal.status);
  if (response.headersSent || response.destroyed) return;
  const requestId = edge.nextRequestId();
  const body = isVisitorTarget(request.url as string) ? '' : errorBody(refusal, requestId);
  const { connection, ...headers } = refusal.headers;
  const content = body === '' ? { 'cache-control': 'no-store' } : API_HEADERS;
  response.writeHead(refusal.status, { ...content, ...headers, 'x-request-id': requestId, 'content-length': Buffer.byteLength(body), ...(connection === undefined ? {} : { connection }) });
  if (request.complete) {
    response.end(body);
    return;
  }
  response.write(body);
  drain(request, () => response.end());
}

/** The same for what Hono answers before a body has been read: else it would end a connection that the client believes it may go on using. */
function drainBeforeEnd(request: IncomingMessage, response: ServerResponse): void {
  const end = response.end.bind(response) as (chunk?: unknown) => ServerResponse;
  response.end = ((chunk?: unknown) => {
    if (request.complete || response.destroyed) return end(chunk);
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) response.write(chunk);
    else response.flushHeaders();
    drain(request, () => end());
    return response;
  }) as typeof response.end;
}

function drain(request: IncomingMessage, done: () => void): void {
  // Nobody else reads it any more; the stream that Hono has made of it would stop the flow.
  request.removeAllListeners('data');
  let bytes = 0;
  const cut = (): void => {
    done();
    request.socket.destroySoon();
  };
  const timer = setTimeout(cut, EDGE_LIMITS.drainTimeoutMs);
  request.on('error', () => {});
  request.on('data', (chunk: Uint8Array) => {
    bytes += chunk.byteLength;
    if (bytes > EDGE_LIMITS.drainBytesMax) cut();
  });
  request.on('end', () => {
    clearTimeout(timer);
    done();
  });
  request.on('close', () => clearTimeout(timer));
  request.resume();
}

/** The target of the request that the parser gave up on, as far as it stands in the bytes that it gave up on. */
function targetOf(packet: Uint8Array | undefined): string {
  return /^[A-Z]+ ([^ ?]*)/.exec(Buffer.from(packet ?? []).subarray(0, TARGET_LOOKED_AT_BYTES).toString('latin1'))?.[1] ?? '';
}

/** A pipelined request that cannot be read does not overtake the answer to the one before it. */
function answerParserError(edge: Edge, open: ReadonlySet<ServerResponse>, error: NodeJS.ErrnoException & { readonly rawPacket?: Uint8Array }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = refuseParserError(error);
  edge.metrics.countRequest('unknown', refusal.status);
  const answer = (): void => answerSocket(socket, refusal, edge.nextRequestId(), !isVisitorTarget(targetOf(error.rawPacket)));
  const before = [...open].filter((response) => response.socket === (socket as Socket));
  const complete = before.find((response) => response.req.complete && !response.writableFinished);
  if (complete !== undefined) complete.once('finish', answer);
  // Refused already, over a body that cannot be read either: the refusal still goes out.
  else if (before.some((response) => response.headersSent)) (socket as Socket).destroySoon();
  else answer();
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Idle connections live on for a moment: a request that is on its way to us gets its 503 instead of a reset. */
function closeServer(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const idle = setTimeout(() => server.close(), Math.min(CLOSE_GRACE_MS, timeoutMs));
    const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
    // Not the HTTP server's own close, which ends idle connections at once.
    NetServer.prototype.close.call(server, () => {
      clearTimeout(idle);
      clearTimeout(cut);
      resolve();
    });
  });
}
