import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request of the product to one of the sink's addresses. */
export interface SinkRequest {
  /** The hook whose destination this is. */
  readonly name: string;
  /** What follows the name in the path: one hook may have several addresses. */
  readonly address: string;
  /** 1… for each name. */
  readonly number: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface SinkAnswer {
  /** 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** "taken, thank you". */
  readonly body?: string;
  /** Instead of an answer: none ever, or a connection that breaks. */
  readonly instead?: 'hang' | 'reset';
  /** How long it works before it answers. */
  readonly afterMs?: number;
  /** It does its work in one step with the answer: when the other side has gone by then, it has taken nothing. */
  readonly takesWithAnswer?: boolean;
  /** It did its work, whatever it answers. Else: what the status says. */
  readonly taken?: boolean;
  /** What this is a case of: counted, so that a test can tell that its fault was met. */
  readonly fault?: string;
}

export type Receiver = (request: SinkRequest) => SinkAnswer;

export interface HttpSink {
  /** The destination's URL for a hook of this name. */
  url(name: string, address?: string): string;
  readonly port: number;
  /** How this name's destination answers from now on; by default it takes everything. */
  answer(name: string, receiver: Receiver): void;
  /** Faults met so far, by name and `fault`. */
  faults(name: string, fault?: string): number;
  requests(name: string): number;
  close(): Promise<void>;
}

const TAKE: SinkAnswer = {};

/** `record` gets every request with what became of it. */
export async function startHttpSink(record: (request: SinkRequest, taken: boolean) => void): Promise<HttpSink> {
  const receivers = new Map<string, Receiver>();
  const requests = new Map<string, number>();
  const faults = new Map<string, number>();
  const server = createServer((message, response) => {
    const [, , name = '', address = ''] = (message.url ?? '').split('/').map(decodeURIComponent);
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('error', () => {});
    message.on('end', () => {
      const request = { name, address, number: (requests.get(name) ?? 0) + 1, headers: message.headers, body: Buffer.concat(chunks) };
      requests.set(name, request.number);
      const answer = receivers.get(name)?.(request) ?? TAKE;
      const { status = 200, instead, taken = !instead && status >= 200 && status < 300 } = answer;
      if (answer.fault !== undefined) for (const key of [name, `${name} ${answer.fault}`]) faults.set(key, (faults.get(key) ?? 0) + 1);
      if (!answer.takesWithAnswer) record(request, taken);
      if (instead === 'reset') message.socket.resetAndDestroy();
      if (instead) return;
      const finish = (): void => {
        if (answer.takesWithAnswer) record(request, taken && !response.destroyed);
        if (!response.destroyed) respond(response, answer, status);
      };
      if (answer.afterMs === undefined) finish();
      else setTimeout(finish, answer.afterMs);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: (name, address) => `http://127.0.0.1:${port}/to/${encodeURIComponent(name)}${address === undefined ? '' : `/${encodeURIComponent(address)}`}`,
    answer: (name, receiver) => void receivers.set(name, receiver),
    faults: (name, fault) => faults.get(fault === undefined ? name : `${name} ${fault}`) ?? 0,
    requests: (name) => requests.get(name) ?? 0,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function respond(response: ServerResponse, { headers, body = 'taken, thank you' }: SinkAnswer, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
