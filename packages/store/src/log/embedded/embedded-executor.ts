// log.db in this process: one thread writes, one reads. The reader never holds a statement open between two requests, and a checkpoint waits for its turn
// between two of them: without that gate many short readers starve it and the write-ahead log grows without end.
import { isHooklineError } from '@hookline/core';
import type { BatchKind, SqlExecutor, SqlValue, Statement } from '../sql/sql-executor.ts';
import { SqlThread } from './sql-thread.ts';

/** A checkpoint is due after this much has been written, so that its own time stays in the tens of milliseconds. */
const CHECKPOINT_PAYLOAD_BYTES = 16 * 1024 * 1024;
/** Or at this size of the write-ahead log: a small commit writes whole pages, thirty times what is in it. */
const CHECKPOINT_WAL_BYTES = 64 * 1024 * 1024;

export class EmbeddedExecutor implements SqlExecutor {
  readonly #writer: SqlThread;
  readonly #reader: SqlThread;
  #payloadBytes = 0;
  /** A checkpoint that got nowhere (somebody else reads, the disk is full) is tried again this much later. */
  #walBytesDue = CHECKPOINT_WAL_BYTES;
  /** Set while a checkpoint runs: new reads wait for it. */
  #gate: Promise<void> | null = null;
  #reading = 0;
  #readsDone: (() => void) | null = null;

  constructor(file: string, shard: number) {
    this.#writer = new SqlThread({ file, shard, writes: true });
    this.#reader = new SqlThread({ file, shard, writes: false });
  }

  async open(): Promise<void> {
    await this.#writer.call({ do: 'open' });
  }

  async batch(statements: readonly Statement[], kind: BatchKind): Promise<void> {
    try {
      const walBytes = (await this.#writer.batch(statements, kind)) as number;
      for (const s of statements) for (const arg of s.args) this.#payloadBytes += typeof arg === 'string' || arg instanceof Uint8Array ? arg.length : 8;
      if (this.#payloadBytes > CHECKPOINT_PAYLOAD_BYTES || walBytes > this.#walBytesDue) this.#checkpointSoon();
    } catch (error: unknown) {
      // It gives the space of the write-ahead log back.
      if (isHooklineError(error) && error.code === 'storage_full') this.#checkpointSoon();
      throw error;
    }
  }

  #checkpointSoon(): void {
    this.#gate ??= this.#checkpoint().finally(() => {
      this.#gate = null;
    });
  }

  async #checkpoint(): Promise<void> {
    this.#payloadBytes = 0;
    if (this.#reading > 0)
      await new Promise<void>((resolve) => {
        this.#readsDone = resolve;
      });
    const left = await this.#writer.call({ do: 'checkpoint' }).catch(() => null);
    this.#walBytesDue = left === 0 ? CHECKPOINT_WAL_BYTES : this.#walBytesDue + CHECKPOINT_WAL_BYTES;
  }

  async all(sql: string, args: readonly SqlValue[]): Promise<readonly (readonly unknown[])[]> {
    while (this.#gate) await this.#gate;
    this.#reading++;
    try {
      return (await this.#reader.call({ do: 'all', sql, args })) as unknown[][];
    } finally {
      if (--this.#reading === 0 && this.#readsDone) {
        this.#readsDone();
        this.#readsDone = null;
      }
    }
  }

  async durability(): Promise<string | null> {
    return (await this.#writer.call({ do: 'durability' }).catch((error: unknown) => (isHooklineError(error) ? error.message : String(error)))) as string | null;
  }

  async close(): Promise<void> {
    await this.#gate;
    await this.#reader.close();
    await this.#writer.call({ do: 'checkpoint' }).catch(() => undefined);
    await this.#writer.close();
  }
}
