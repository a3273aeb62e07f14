// The thread that keeps message content. Puts that arrive while a commit syncs join the next one.

import { parentPort } from 'node:worker_threads';
import { serveRequests } from '../../control/embedded/serve-requests.ts';
import { failureOf } from '../../control/embedded/thread-protocol.ts';
import type { SqlFailure } from '../../control/embedded/thread-protocol.ts';
import type { ContentPut, ContentRequest } from '../content-protocol.ts';
import { openContentFiles } from './content-files.ts';
import type { ContentFiles } from './content-files.ts';

interface WaitingPut {
  readonly put: ContentPut;
  readonly resolve: (result: unknown) => void;
  readonly reject: (failure: SqlFailure) => void;
}

let files: ContentFiles | undefined;
let waiting: WaitingPut[] = [];

function commit(): void {
  const puts = waiting;
  waiting = [];
  if (puts.length === 0) return;
  try {
    const results = files!.put(puts.map(({ put }) => put));
    for (const [index, { resolve }] of puts.entries()) resolve(results[index]);
  } catch (error: unknown) {
    for (const { reject } of puts) reject(failureOf(error));
  }
}

function answer(request: Exclude<ContentRequest, { kind: 'close' | 'put' }>): unknown {
  switch (request.kind) {
    case 'open':
      files = openContentFiles(request.folder, request.limits);
      return null;
    case 'look_up':
      return files!.lookUp(request.accountId, request.refs, request.nowMs);
    case 'clean_up':
      files!.cleanUp(request.nowMs);
      return null;
  }
}

function close(): void {
  commit();
  files?.close();
}

serveRequests<ContentRequest>(
  parentPort!,
  (request) => answer(request as Parameters<typeof answer>[0]),
  close,
  (request, resolve, reject) => {
    if (request.kind !== 'put') return false;
    waiting.push({ put: request, resolve, reject });
    if (waiting.length === 1) setImmediate(commit);
    return true;
  },
);
