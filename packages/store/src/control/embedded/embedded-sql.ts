// control.db behind two threads: one that writes, one that reads. The gate: before a truncating checkpoint new reads wait and running ones finish, because a
// checkpoint cannot start the write-ahead log anew under a reader, and many short readers would starve it.

import type { SqlRunner, SqlStatement } from '../control-sql.ts';
import { startSqlThread, threadModule } from './sql-thread.ts';
import type { ReadAnswers, ReadRequest, WriteAnswers, WriteRequest } from './thread-protocol.ts';

export async function openEmbeddedSql(path: string): Promise<SqlRunner> {
  let reading = 0;
  let gate: Promise<void> | null = null;
  let onIdle: (() => void) | null = null;

  const writer = startSqlThread<WriteRequest, WriteAnswers>({
    module: threadModule('./write-thread', import.meta.url),
    charsOf: (request) => (request.kind === 'write' ? charsOfStatements(request.statements) : 0),
    onCheckpointWanted: () => void (gate ??= truncate().finally(() => (gate = null))),
  });
  const reader = startSqlThread<ReadRequest, ReadAnswers>({
    module: threadModule('./read-thread', import.meta.url),
    charsOf: (request) => (request.kind === 'read' ? charsOfStatements(request.statements) : 0),
  });

  async function truncate(): Promise<void> {
    if (reading > 0) await new Promise<void>((resolve) => (onIdle = resolve));
    onIdle = null;
    // A checkpoint that did not come about is asked for again after a later commit.
    await writer.ask({ kind: 'checkpoint' }).catch(() => {});
  }

  async function closeAll(): Promise<void> {
    await reader.close();
    await writer.close();
  }

  try {
    await writer.ask({ kind: 'open', path });
    await reader.ask({ kind: 'open', path });
  } catch (error: unknown) {
    await closeAll().catch(() => {});
    throw error;
  }

  return {
    async read(statements) {
      while (gate !== null) await gate;
      reading++;
      try {
        return await reader.ask({ kind: 'read', statements });
      } finally {
        reading--;
        if (reading === 0) onIdle?.();
      }
    },
    write: (statements, options) => writer.ask({ kind: 'write', statements, bulk: options?.bulk ?? false }),
    health: () => writer.ask({ kind: 'verify' }),
    close: closeAll,
  };
}

function charsOfStatements(statements: readonly SqlStatement[]): number {
  let chars = 0;
  for (const { params } of statements) for (const param of params) if (typeof param === 'string') chars += param.length;
  return chars;
}
