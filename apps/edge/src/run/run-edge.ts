import { readFileSync } from 'node:fs';
import { isHooklineError } from '@hookline/core';
import { systemClock } from '@hookline/transports';
import { EDGE_SETTINGS } from '../config/edge-settings.ts';
import { loadSettings } from '../config/load-settings.ts';
import type { Edge } from '../create-edge.ts';
import { createLogger } from '../logger.ts';
import { openEdge } from './open-edge.ts';

// The life of an edge as a process of its own, on any runtime that has signals and files: settings, stores, listener, and back. SIGTERM and SIGINT stop it within ten
// seconds, with exit code 0; a configuration that cannot be used ends it with 78 and one line a problem.

/** A service manager sends SIGKILL after ten. */
const STOP_MS = 9_000;
const LISTENER_STOP_MS = 4_000;
const EXIT_CONFIG = 78;
const EXIT_CONFIG_CODES: ReadonlySet<string> = new Set(['config_invalid', 'key_invalid', 'invariant_broken']);

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  close(timeoutMs: number): Promise<void>;
}

export interface ServerOptions {
  readonly edge: Edge;
  readonly host: string;
  /** 0 picks one. */
  readonly port: number;
}

export interface EdgeRuntime {
  start(options: ServerOptions): Promise<RunningServer>;
  /** Where undici does not run. */
  readonly fetch?: typeof globalThis.fetch;
}

export async function runEdge(runtime: EdgeRuntime): Promise<void> {
  // What is kept is for this user alone: profiles, secrets' ciphertexts, keys.
  process.umask(0o077);
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  try {
    const settings = loadSettings(EDGE_SETTINGS, { env: process.env });
    const logger = createLogger({ level: settings.logLevel, now: systemClock.now });
    const opened = await openEdge({ settings, version, clock: systemClock, logger, ...(runtime.fetch && { fetch: runtime.fetch }) });
    const server = await runtime.start({ edge: opened.edge, host: settings.host, port: settings.port });
    opened.listensOn({ host: settings.host, port: server.port });
    process.stdout.write(`listening on ${server.url}\n`);
    stopOnSignal(async () => {
      await server.close(LISTENER_STOP_MS);
      await opened.close();
    });
  } catch (error: unknown) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(isHooklineError(error) && EXIT_CONFIG_CODES.has(error.code) ? EXIT_CONFIG : 1);
  }
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const begin = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_MS);
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`could not stop cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, begin);
}
