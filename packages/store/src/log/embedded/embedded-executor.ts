// log.db in this process: one thread writes, one reads. The reader never holds a statement open between two requests, and a checkpoint waits for its turn
// between two of them: without that gate many short readers starve it and the write-ahead log grows without end.
import { Worker } from 'node:worker_threads';
import { HooklineError } from '@hookline/core';
import type { SqlExecutor, SqlValue, Statement } from '../sql/sql-executor.ts';
import type { ThreadAnswer, ThreadCall, ThreadRequest } from './thread-protocol.ts';

/** A checkpoint is due after this much has been written: its own time stays in the tens of milliseconds. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024;

export class SqlThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: HooklineError) => void }>();
  #next = 1;
  #dead: HooklineError | null = null;
  constructor(data: { file: string; shard: number; writes: boolean }) {
    const source = import.meta.url.endsWith('.ts') ? './log-thread.ts' : './log-thread.js';
    this.#worker = new Worker(new URL(source, import.meta.url), { workerData: data });
    this.#worker.on('message', (answer: ThreadAnswer) => {
      const waiter = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.ok) waiter?.resolve(answer.value);
      else waiter?.reject(new HooklineError(answer.code, answer.message));
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(null));
  }
  #fail(cause: unknown): void {
    this.#dead ??= new HooklineError('store_unavailable', 'the thread that holds log.db has ended', cause);
    for (const w of this.#waiting.values()) w.reject(this.#dead);
    this.#waiting.clear();
  }
  get pending(): number {
    return this.#waiting.size;
  }
  call(request: ThreadCall): Promise<unknown> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id } as ThreadRequest);
    });
  }
}

export class EmbeddedExecutor implements SqlExecutor {
  readonly #writer: SqlThread;
  readonly #reader: SqlThread;
  #bytesSinceCheckpoint = 0;
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

  async batch(statements: readonly Statement[]): Promise<void> {
    await this.#writer.call({ do: 'batch', statements });
    for (const s of statements) for (const arg of s.args) this.#bytesSinceCheckpoint += typeof arg === 'string' || arg instanceof Uint8Array ? arg.length : 8;
    if (this.#bytesSinceCheckpoint > CHECKPOINT_BYTES && !this.#gate) {
      this.#bytesSinceCheckpoint = 0;
      this.#gate = this.#checkpoint().finally(() => {
        this.#gate = null;
      });
    }
  }

  async #checkpoint(): Promise<void> {
    if (this.#reading > 0)
      await new Promise<void>((resolve) => {
        this.#readsDone = resolve;
      });
    // One that fails (disk full) is tried again after the next bytes; the log grows meanwhile, nothing is lost.
    await this.#writer.call({ do: 'checkpoint' }).catch(() => undefined);
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

  async close(): Promise<void> {
    await this.#reader.call({ do: 'close' }).catch(() => undefined);
    await this.#writer.call({ do: 'checkpoint' }).catch(() => undefined);
    await this.#writer.call({ do: 'close' }).catch(() => undefined);
  }
}
