// The product as a user starts it: a process of its own that is told everything by its environment and is spoken to by HTTP. It ends with this process.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createRunFolder, spawnBound, waitUntil } from '@hookline/services';
import type { BoundProcess } from '@hookline/services';
import { lastDescendant, processUsage } from './process-usage.ts';
import type { ProcessUsage } from './process-usage.ts';

export interface ProductOptions {
  /** Added to the settings below. */
  readonly env?: Readonly<Record<string, string>>;
  /** What starts it, directly or by a launcher that passes signals on. Else `HOOKLINE_TEST_COMMAND` (words separated by spaces), else the standalone app from source. */
  readonly command?: readonly string[];
  /** Put before the command: `taskset -c 0`. */
  readonly prefix?: readonly string[];
}

export interface ProductProcess {
  /** The same after each start. */
  readonly url: string;
  /** A master token of account 1. */
  readonly token: string;
  /** The product's own, whatever launched it. */
  readonly pid: number;
  usage(): ProcessUsage;
  /** SIGKILL; the data stays. */
  kill9(): Promise<void>;
  /** SIGTERM, and how it ended. */
  terminate(): Promise<{ readonly reason: string; readonly durationMs: number }>;
  /** After either: the same data, the same port. Resolves when it is ready. */
  start(): Promise<void>;
  /** The end of what it printed. */
  log(): string;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 60_000;
const KILL_DEADLINE_MS = 20_000;
const ROOT = path.resolve(import.meta.dirname, '../../../..');

export async function startProduct({ env = {}, command, prefix = [] }: ProductOptions = {}): Promise<ProductProcess> {
  const folder = createRunFolder('product');
  const log = path.join(folder.path, 'output.log');
  const token = `hl_${randomBytes(24).toString('base64url')}`;
  const fromEnv = process.env['HOOKLINE_TEST_COMMAND']?.split(' ');
  const argv = [...prefix, ...(command ?? fromEnv ?? [process.execPath, '--conditions=source', path.join(ROOT, 'apps/standalone/src/main.ts'), '--no-demo'])];
  let port = '0';
  let url = '';
  let running: { readonly child: BoundProcess; readonly pid: number } | null = null;

  const start = async (): Promise<void> => {
    const printed = logText(log).length;
    const child = spawnBound(argv, {
      folder, log,
      env: { ...process.env, PORT: port, HOST: '127.0.0.1', HOOKLINE_DATA_DIR: path.join(folder.path, 'data'), HOOKLINE_ADMIN_TOKEN: token, HOOKLINE_ALLOW_DESTINATIONS: '127.0.0.0/8', HOOKLINE_LOG_LEVEL: 'warn', ...env },
    });
    const isReady = async (): Promise<boolean> => {
      url = /listening on (http:\S+)/.exec(logText(log).slice(printed))?.[1]?.replace(/\/$/, '') ?? '';
      return url !== '' && (await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false));
    };
    try {
      await waitUntil('the product', isReady, { deadlineMs: START_DEADLINE_MS, givenUp: () => child.exitReason() });
    } catch (error: unknown) {
      await child.end('SIGKILL');
      throw new Error(`the product did not start. The end of what it said:\n${logText(log).slice(-3000)}`, { cause: error });
    }
    port = new URL(url).port;
    running = { child, pid: lastDescendant(child.pid) };
    folder.register(running.pid);
  };
  const up = (): { readonly child: BoundProcess; readonly pid: number } => {
    if (!running) throw new Error('the product is down: start() it first');
    return running;
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<string> => {
    const { child, pid } = up();
    running = null;
    if (signal === 'SIGTERM') await child.end(signal);
    else {
      // a launcher ends by itself when it has seen the product end: then the product is gone for certain
      process.kill(pid, signal);
      await waitUntil('the product to be gone', () => child.exitReason() !== null, { deadlineMs: KILL_DEADLINE_MS });
    }
    return child.exitReason() ?? '';
  };
  await start().catch((error: unknown) => {
    folder.remove();
    throw error;
  });
  return {
    get url() {
      return url;
    },
    token,
    get pid() {
      return up().pid;
    },
    usage: () => processUsage(up().pid),
    kill9: async () => void (await end('SIGKILL')),
    async terminate() {
      const began = performance.now();
      const reason = await end('SIGTERM');
      return { reason, durationMs: performance.now() - began };
    },
    start,
    log: () => logText(log).slice(-3000),
    async stop() {
      if (running) await end('SIGKILL');
      folder.remove();
    },
  };
}

function logText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
