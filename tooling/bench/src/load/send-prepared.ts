// An HTTP client that does as little as one can: one request at a time on each connection, written as it stands, and of the answer only the status and the end.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { PreparedRequest } from './prepared-request.ts';

const ACCEPTED = 202;
const TURNED_AWAY = 503;
const AGAIN_MS = 20;
const HEAD_END = Buffer.from('\r\n\r\n');

/** Resolves when each has been accepted; rejects at any other answer. How many were turned away for now and sent again. */
export async function sendPrepared(url: string, requests: readonly PreparedRequest[], connections: number): Promise<number> {
  let next = 0;
  let again = 0;
  const drain = async (): Promise<void> => {
    const exchange = await openExchange(url);
    for (let request = requests[next++]; request; request = requests[next++]) {
      let answer = await exchange.send(request.bytes);
      for (; answer.status === TURNED_AWAY; answer = await exchange.send(request.bytes)) {
        again++;
        await pause(AGAIN_MS);
      }
      if (answer.status !== ACCEPTED) throw new Error(`an event was answered ${answer.status}: ${answer.text}`);
    }
    exchange.close();
  };
  await Promise.all(Array.from({ length: Math.min(connections, requests.length) }, drain));
  return again;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One connection, one request at a time. */
export async function openExchange(url: string): Promise<{ send(bytes: Buffer): Promise<Answer>; close(): void }> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let waiting: PromiseWithResolvers<Answer> | null = null;
  let received: Buffer = Buffer.alloc(0);
  const fail = (error: Error): void => waiting?.reject(error);
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection was closed')));
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = readAnswer(received);
    if (!answer) return;
    received = Buffer.alloc(0);
    waiting?.resolve(answer);
  });
  return {
    send(bytes) {
      waiting = Promise.withResolvers<Answer>();
      socket.write(bytes);
      return waiting.promise;
    },
    close: () => socket.destroy(),
  };
}

/** Null while it is not whole. */
function readAnswer(received: Buffer): Answer | null {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd === -1) return null;
  const head = received.toString('latin1', 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  const bodyStart = headEnd + HEAD_END.length;
  const isWhole = length === undefined ? received.subarray(bodyStart).indexOf('\r\n0\r\n\r\n') !== -1 || received.subarray(bodyStart).indexOf('0\r\n\r\n') === 0 : received.length >= bodyStart + Number(length);
  return isWhole ? { status: Number(head.slice(9, 12)), text: received.toString('utf8', bodyStart, bodyStart + 300) } : null;
}
