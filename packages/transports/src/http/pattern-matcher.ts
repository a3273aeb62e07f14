import { Worker } from 'node:worker_threads';

export interface PatternQuestion {
  readonly id: number;
  readonly pattern: string;
  readonly body: string;
}

export interface PatternAnswer {
  readonly id: number;
  readonly matched: boolean;
}

/** Whether a response body matches a hook's success pattern, decided off the main thread. */
export interface PatternMatcher {
  match(pattern: string, body: string): Promise<boolean>;
  close(): Promise<void>;
}

/** One worker for all hooks, started with the first question and kept. A worker that dies answers "no match" to what it had, and the next question starts another. */
export function createPatternMatcher(): PatternMatcher {
  const waiting = new Map<number, (matched: boolean) => void>();
  let worker: Worker | null = null;
  let nextId = 1;
  const start = (): Worker => {
    const started = new Worker(workerUrl(), { execArgv: workerArguments() });
    started.unref();
    started.on('message', ({ id, matched }: PatternAnswer) => {
      waiting.get(id)?.(matched);
      waiting.delete(id);
    });
    const forget = (): void => {
      if (worker !== started) return;
      worker = null;
      for (const answer of waiting.values()) answer(false);
      waiting.clear();
    };
    started.on('error', forget);
    started.on('exit', forget);
    return started;
  };
  return {
    match: (pattern, body) =>
      new Promise((resolve) => {
        const id = nextId++;
        waiting.set(id, resolve);
        worker ??= start();
        worker.postMessage({ id, pattern, body } satisfies PatternQuestion);
      }),
    async close() {
      await worker?.terminate();
    },
  };
}

const FROM_SOURCE = import.meta.url.endsWith('.ts');

/** Run from source or built, the worker stands beside this file with the same ending. */
const workerUrl = (): URL => new URL(FROM_SOURCE ? './pattern-worker.ts' : './pattern-worker.js', import.meta.url);

/** A test runner's own arguments are not for the worker; from source it needs the condition that the packages are exported under. */
const workerArguments = (): string[] => (FROM_SOURCE ? ['--conditions=source', '--no-warnings'] : []);
