import type { MessagePort } from 'node:worker_threads';
import { failureOf } from './thread-protocol.ts';
import type { SqlFailure, ThreadReply } from './thread-protocol.ts';

/** How a thread answers: `answer` at once for what it returns, later for what it takes over by returning false. `close` ends the thread. */
export function serveRequests<R extends { readonly kind: string }>(
  port: MessagePort,
  answer: (request: Exclude<R, { kind: 'close' }>) => unknown,
  close: () => void,
  takeOver: (request: Exclude<R, { kind: 'close' }>, resolve: (result: unknown) => void, reject: (failure: SqlFailure) => void) => boolean = () => false,
): void {
  const reply = (message: ThreadReply): void => port.postMessage(message);
  port.on('message', ({ id, request }: { readonly id: number; readonly request: R }) => {
    const resolve = (result: unknown): void => reply({ kind: 'done', id, result });
    const reject = (failure: SqlFailure): void => reply({ kind: 'failed', id, failure });
    try {
      if (request.kind === 'close') {
        close();
        resolve(null);
      } else if (!takeOver(request as Exclude<R, { kind: 'close' }>, resolve, reject)) resolve(answer(request as Exclude<R, { kind: 'close' }>));
    } catch (error: unknown) {
      reject(failureOf(error));
    }
    if (request.kind === 'close') endThread(port);
  });
}

/** Deno's port to the parent cannot be closed; there the thread closes itself, as a web worker does. */
function endThread(port: MessagePort): void {
  if ('close' in port) port.close();
  else (globalThis as unknown as { close(): void }).close();
}
