// The thread that holds the only writing connection of a file, and does its checkpoints.

import { statSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { createGroupCommit } from './group-commit.ts';
import { serveRequests } from './serve-requests.ts';
import { durabilityProblem, openWriter } from './sql-file.ts';
import type { SqlFile } from './sql-file.ts';
import { failureOf } from './thread-protocol.ts';
import type { ThreadReply, WriteRequest } from './thread-protocol.ts';

/** From here on the log is copied into the file after a commit; readers may stop that half-way. */
const PASSIVE_CHECKPOINT_BYTES = 4 * 1024 * 1024;
/** From here on readers are asked to pause, so that the log can begin anew. */
const TRUNCATE_CHECKPOINT_BYTES = 32 * 1024 * 1024;

/** A tenth of the share of a thread that has not been put back. */
const NICENESS = 10;
// Where the processors are all busy, a million profiles that are imported must not slow the door down: this thread gives way to those that serve it and write the log.
// On Linux the priority is the calling thread's own; elsewhere it would be the whole process's.
if (process.platform === 'linux') setPriority(0, NICENESS);

const port = parentPort!;
let path = '';
let file: SqlFile | undefined;
let truncateAsked = false;
let scheduled = false;

const group = createGroupCommit(
  () => (file ??= openWriter(path)),
  () => performance.now(),
);

function commitAndGoOn(): void {
  scheduled = false;
  if (group.commit()) checkpointWhenLarge();
  else forgetFile();
  if (group.waiting()) schedule();
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(commitAndGoOn);
}

/** The next commit opens the file anew and so reads back what is really on disk. */
function forgetFile(): void {
  const broken = file;
  file = undefined;
  try {
    broken?.close();
  } catch (error: unknown) {
    process.emitWarning(`${path}, whose commit failed, could not be closed: ${failureOf(error).message}`);
  }
}

function checkpointWhenLarge(): void {
  const logBytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (logBytes < PASSIVE_CHECKPOINT_BYTES) return;
  file?.database.pragma('wal_checkpoint(PASSIVE)');
  if (logBytes < TRUNCATE_CHECKPOINT_BYTES || truncateAsked) return;
  truncateAsked = true;
  port.postMessage({ kind: 'checkpoint_wanted' } satisfies ThreadReply);
}

/** Commits what came before, so that the answer speaks of all of it. */
function drain(): void {
  while (group.waiting()) if (!group.commit()) forgetFile();
}

function answer(request: Exclude<WriteRequest, { kind: 'close' | 'write' }>): unknown {
  drain();
  switch (request.kind) {
    case 'open':
      path = request.path;
      file = openWriter(path);
      return null;
    case 'checkpoint':
      truncateAsked = false;
      file?.database.pragma('wal_checkpoint(TRUNCATE)');
      return null;
    case 'verify':
      return durabilityProblem((file ??= openWriter(path)));
  }
}

function close(): void {
  drain();
  file?.database.pragma('wal_checkpoint(TRUNCATE)');
  file?.close();
}

serveRequests<WriteRequest>(
  port,
  (request) => answer(request as Parameters<typeof answer>[0]),
  close,
  (request, resolve, reject) => {
    if (request.kind !== 'write') return false;
    group.add({ statements: request.statements, bulk: request.bulk, resolve, reject });
    schedule();
    return true;
  },
);
