// The owner's side of a worker thread: requests with answers, a bound on what may wait, and an end for everything that waits when the thread dies.

import { Worker } from 'node:worker_threads';
import { HooklineError } from '@hookline/core';
import type { SqlFailure, ThreadReply } from './thread-protocol.ts';

/** Requests that one thread may have waiting, and text in them; beyond it `overloaded`. */
const WAITING_MAX = 10_000;
const WAITING_CHARS_MAX = 64 * 1024 * 1024;

interface Waiting {
  readonly chars: number;
  readonly resolve: (result: never) => void;
  readonly reject: (error: HooklineError) => void;
}

/** `R`: what the thread can be asked, `close` among it; `A`: the answer to each kind. */
export interface SqlThread<R extends { readonly kind: string }, A extends Record<R['kind'], unknown>> {
  ask<Q extends R>(request: Q): Promise<A[Q['kind']]>;
  /** Ends the thread after what is waiting. A second call is safe. */
  close(): Promise<void>;
}

export interface SqlThreadOptions<R> {
  /** What the thread runs (`threadModule`). */
  readonly module: URL;
  /** About how much text a request holds. */
  readonly charsOf: (request: R) => number;
  readonly onCheckpointWanted?: () => void;
}

export function startSqlThread<R extends { readonly kind: string }, A extends Record<R['kind'], unknown>>({
  module,
  charsOf,
  onCheckpointWanted = () => {},
}: SqlThreadOptions<R>): SqlThread<R, A> {
  const waiting = new Map<number, Waiting>();
  let waitingChars = 0;
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
    if (entry === undefined) return;
    waiting.delete(message.id);
    waitingChars -= entry.chars;
    if (message.kind === 'done') entry.resolve(message.result as never);
    else entry.reject(toHooklineError(message.failure));
  });
  worker.once('error', (error) => end(new HooklineError('store_unavailable', 'a database thread died', error)));
  worker.once('exit', () => end(new HooklineError('store_unavailable', 'a database thread has ended')));

  function send<Q extends { readonly kind: string }>(request: Q, chars: number): Promise<A[Q['kind'] & R['kind']]> {
    if (dead !== null) return Promise.reject(dead);
    const id = nextId++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { chars, resolve, reject });
      waitingChars += chars;
      worker.postMessage({ id, request });
    });
  }

  return {
    ask(request) {
      const chars = charsOf(request);
      // One that is large by itself may go when nothing else waits.
      const full = waiting.size >= WAITING_MAX || (waiting.size > 0 && waitingChars + chars > WAITING_CHARS_MAX);
      return full ? Promise.reject(new HooklineError('overloaded', 'too much is waiting for the database')) : send(request, chars);
    },
    close: () =>
      (closing ??= (async () => {
        if (dead === null) await send({ kind: 'close' }, 0);
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
  if (/^SQLITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|MISUSE|TOOBIG)/.test(failure.code))
    return new HooklineError('invariant_broken', `a statement failed: ${text}`, failure);
  return new HooklineError('store_unavailable', `the database file failed: ${text}`, failure);
}
