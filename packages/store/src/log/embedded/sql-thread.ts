import { Worker } from 'node:worker_threads';
import { HooklineError } from '@hookline/core';
import type { BatchKind, Statement } from '../sql/sql-executor.ts';
import { BatchPacker, type PackedRows, type Row, transferOf, unpackRows } from './packed-values.ts';
import type { ReadCall, ThreadAnswer, ThreadCall, ThreadRequest } from './thread-protocol.ts';

export interface ThreadData {
  readonly file: string;
  readonly shard: number;
  readonly writes: boolean;
}

/** A page of events and its copy are the most that lives in such a thread at once; left alone its garbage would be let grow to several times that. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 96 };

/** Calls into one worker thread, in order. A thread that died is replaced at the next call: what it was doing rejects with `store_unavailable`, outcome unknown. */
export class SqlThread {
  readonly #data: ThreadData;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: HooklineError) => void }>();
  #worker: Worker | null = null;
  #next = 1;
  /** Of the thread that runs now: it knows which statement texts that one has been told. */
  #packer = new BatchPacker();
  #closed = false;

  constructor(data: ThreadData) {
    this.#data = data;
  }

  call(request: ThreadCall, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#closed) return Promise.reject(new HooklineError('store_unavailable', 'log.db is closed'));
    const worker = (this.#worker ??= this.#start());
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ ...request, id } as ThreadRequest, transfer);
    });
  }

  /** One transaction; resolves with whether a checkpoint is due. */
  batch(statements: readonly Statement[], kind: BatchKind): Promise<unknown> {
    if (!this.#closed) this.#worker ??= this.#start();
    const batch = this.#packer.pack(statements);
    return this.call({ do: 'batch', batch, kind }, transferOf(batch.args));
  }

  async read(request: ReadCall): Promise<readonly Row[]> {
    return [...unpackRows((await this.call(request)) as PackedRows)];
  }

  #start(): Worker {
    const source = import.meta.url.endsWith('.ts') ? './log-thread.ts' : './log-thread.js';
    const worker = new Worker(new URL(source, import.meta.url), { workerData: this.#data, resourceLimits: THREAD_LIMITS });
    this.#packer = new BatchPacker();
    let cause: unknown = null;
    worker.on('message', (answer: ThreadAnswer) => {
      const waiter = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.ok) waiter?.resolve(answer.value);
      else waiter?.reject(new HooklineError(answer.code, answer.message));
    });
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => {
      this.#worker = null;
      for (const waiter of this.#waiting.values()) waiter.reject(new HooklineError('store_unavailable', 'the thread that holds log.db has ended', cause));
      this.#waiting.clear();
    });
    return worker;
  }

  /** Lets it finish, then ends it; safe to call twice. */
  async close(): Promise<void> {
    if (this.#worker) await this.call({ do: 'close' }).catch(() => undefined);
    this.#closed = true;
    await this.#worker?.terminate();
  }
}
