// The owner's side of a worker thread: requests with answers, a bound on what may wait, and an end for everything that waits when the thread dies.

import { Worker } from 'node:worker_threads';
import { HooklineError } from '@hookline/core';
import type { SqlFailure, ThreadReply } from './thread-protocol.ts';

/** Requests that one thread may have waiting; beyond it `overloaded`. */
const WAITING_MAX = 10_000;

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: HooklineError) => void;
}

/** `R`: what the thread can be asked, `close` among it; `A`: the answer to each kind. */
export interface SqlThread<R extends { readonly kind: string }, A extends Record<R['kind'], unknown>> {
  ask<Q extends R>(request: Q): Promise<A[Q['kind']]>;
  /** Ends the thread after what is waiting. A second call is safe. */
  close(): Promise<void>;
}

export function startSqlThread<R extends { readonly kind: string }, A extends Record<R['kind'], unknown>>(module: URL, onCheckpointWanted: () => void = () => {}): SqlThread<R, A> {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let dead: HooklineError | null = null;
  let closing: Promise<void> | null = null;
  const worker = new Worker(module);
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));

  function end(reason: HooklineError): void {
    dead ??= reason;
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  }

  worker.on('message', (message: ThreadReply) => {
    if (message.kind === 'checkpoint_wanted') return onCheckpointWanted();
    const entry = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.kind === 'done') entry?.resolve(message.result as never);
    else entry?.reject(toHooklineError(message.failure));
  });
  worker.once('error', (error) => end(new HooklineError('store_unavailable', 'a database thread died', error)));
  worker.once('exit', () => end(new HooklineError('store_unavailable', 'a database thread has ended')));

  function ask<Q extends { readonly kind: string }>(request: Q): Promise<A[Q['kind'] & R['kind']]> {
    if (dead !== null) return Promise.reject(dead);
    if (waiting.size >= WAITING_MAX) return Promise.reject(new HooklineError('overloaded', `${WAITING_MAX} statements are waiting`));
    const id = nextId++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, request });
    });
  }

  return {
    ask,
    close: () =>
      (closing ??= (async () => {
        if (dead === null) await ask({ kind: 'close' });
        await exited;
      })()),
  };
}

/** The file of a thread beside the module that starts it: source runs as .ts, the built package as .js. */
export function threadModule(name: string, starter: string): URL {
  return new URL(`${name}${starter.endsWith('.ts') ? '.ts' : '.js'}`, starter);
}

function toHooklineError(failure: SqlFailure): HooklineError {
  const text = `${failure.code} ${failure.message}`.trim();
  if (failure.code.startsWith('SQLITE_FULL')) return new HooklineError('storage_full', 'the disk is full', failure);
  if (/^SQLITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|MISUSE|TOOBIG)/.test(failure.code)) return new HooklineError('invariant_broken', `a statement failed: ${text}`, failure);
  return new HooklineError('store_unavailable', `the database file failed: ${text}`, failure);
}
