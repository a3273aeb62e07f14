import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** The server ended the connection. */
  readonly closed: boolean;
}

/** Sends bytes as they are and reads until `answers` whole answers have come or the server closes. */
export function rawHttp(port: number, sent: string | Uint8Array | readonly (string | Uint8Array)[], answers = 1): Promise<RawAnswer[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const parts = typeof sent === 'string' || sent instanceof Uint8Array ? [sent] : sent;
    let received = Buffer.alloc(0);
    const finish = (closed: boolean): void => {
      socket.destroy();
      resolve(parseAnswers(received).map((answer) => ({ ...answer, closed })));
    };
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const parsed = parseAnswers(received);
      // A connection that is announced to end is waited for, so that `closed` says what happened.
      if (parsed.length >= answers && !/^connection: close/im.test(parsed.at(-1)?.head ?? '')) finish(false);
    });
    socket.on('end', () => finish(true));
    socket.on('close', () => finish(true));
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' || error.code === 'EPIPE' ? finish(true) : reject(error)));
    socket.on('connect', () => {
      for (const part of parts) socket.write(part);
    });
  });
}

function parseAnswers(bytes: Buffer): Omit<RawAnswer, 'closed'>[] {
  const answers: Omit<RawAnswer, 'closed'>[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end === -1) return answers;
    const head = bytes.subarray(at, end).toString('latin1');
    const status = Number(head.slice(9, 12));
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    at = end + 4;
    if (status === 100) continue;
    if (bytes.length < at + length) return answers;
    answers.push({ status, head, body: bytes.subarray(at, at + length).toString() });
    at += length;
  }
}
