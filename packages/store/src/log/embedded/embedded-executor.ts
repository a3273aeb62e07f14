// log.db in this process: one thread writes, one reads. The reader never holds a statement open between two requests, and a checkpoint waits for its turn
// between two of them: without that gate many short readers starve it and the write-ahead log grows without end.
import { isHooklineError } from '@hookline/core';
import type { EventPage } from '../sql/event-page.ts';
import type { BatchKind, SqlExecutor, SqlValue, Statement } from '../sql/sql-executor.ts';
import { SqlThread } from './sql-thread.ts';
import type { ReadCall } from './thread-protocol.ts';

export class EmbeddedExecutor implements SqlExecutor {
  readonly #writer: SqlThread;
  readonly #reader: SqlThread;
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
      if (await this.#writer.batch(statements, kind)) this.#checkpointSoon();
    } catch (error: unknown) {
      // The writer has tried already; with no reader in its way it gives the room of the write-ahead log back.
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
    if (this.#reading > 0)
      await new Promise<void>((resolve) => {
        this.#readsDone = resolve;
      });
    // One that fails (the disk is full) is tried again when more has been written: nothing is lost meanwhile.
    await this.#writer.call({ do: 'checkpoint' }).catch(() => undefined);
  }

  async all(sql: string, args: readonly SqlValue[]): Promise<readonly (readonly unknown[])[]> {
    return this.#read({ do: 'all', sql, args });
  }

  async events(page: EventPage): Promise<readonly (readonly unknown[])[]> {
    return this.#read({ do: 'events', page });
  }

  async #read(request: ReadCall): Promise<readonly (readonly unknown[])[]> {
    while (this.#gate) await this.#gate;
    this.#reading++;
    try {
      return await this.#reader.read(request);
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
