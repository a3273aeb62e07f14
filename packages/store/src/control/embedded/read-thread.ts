// The thread that reads: whole results, one request at a time, no statement left open between two of them.

import { parentPort } from 'node:worker_threads';
import { serveRequests } from './serve-requests.ts';
import { openReader } from './sql-file.ts';
import type { SqlFile } from './sql-file.ts';
import type { ReadRequest } from './thread-protocol.ts';

let file: SqlFile | undefined;

function answer(request: Exclude<ReadRequest, { kind: 'close' }>): unknown {
  switch (request.kind) {
    case 'open':
      file = openReader(request.path);
      return null;
    case 'read':
      return request.statements.map((statement) => file!.run(statement));
  }
}

serveRequests<ReadRequest>(parentPort!, answer, () => file?.close());
