// Runs in a worker thread of its own: one connection to log.db, either the only one that writes or one that only reads. Synchronous on purpose: while a commit
// syncs, nothing else could use this connection anyway.
import { parentPort, workerData } from 'node:worker_threads';
import { classify, LogFile } from './log-file.ts';
import { BatchUnpacker, type PackedRows, packRows, transferOf } from './packed-values.ts';
import type { ThreadData } from './sql-thread.ts';
import type { ThreadAnswer, ThreadRequest } from './thread-protocol.ts';

const file = new LogFile(workerData as ThreadData);
const unpacker = new BatchUnpacker();

function answer(request: ThreadRequest): unknown {
  switch (request.do) {
    case 'open':
      return void file.open();
    case 'batch':
      return file.batch(unpacker.unpack(request.batch), request.kind);
    case 'all':
      return packRows(file.all(request.sql, request.args));
    case 'events':
      return packRows(file.events(request.page));
    case 'checkpoint':
      return file.checkpoint();
    case 'durability':
      return file.durability();
    case 'close':
      return file.close();
  }
}

function tryToAnswer(request: ThreadRequest): ThreadAnswer {
  try {
    return { id: request.id, ok: true, value: answer(request) };
  } catch (error: unknown) {
    const code = classify(error);
    if (code === 'store_unavailable' || code === 'invariant_broken') drop();
    return { id: request.id, ok: false, code, message: error instanceof Error ? error.message : String(error) };
  }
}

function drop(): void {
  try {
    file.close();
  } catch {
    // It is dropped because it does not work.
  }
}

parentPort?.on('message', (request: ThreadRequest) => {
  const answer = tryToAnswer(request);
  const isRows = answer.ok && (request.do === 'all' || request.do === 'events');
  parentPort?.postMessage(answer, isRows ? transferOf(answer.value as PackedRows) : []);
});
