import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Clock, createAddressPolicy, type EventRow } from '@hookline/core';
import { createDeliveryReads, createDryRun, createEventSearch, ExportRuns } from '@hookline/delivery';
import { HookChanges, openEmbeddedControlStore, openEmbeddedEventLog, type OpenControlStore, type ShardLog, TOKEN_SCOPES, type Token } from '@hookline/store';
import { createTransportFactory } from '@hookline/transports';
import { Registry } from 'prom-client';
import { createEdge, type Edge } from '../src/create-edge.ts';
import { tokenHash } from '../src/auth/authenticate.ts';
import { createDocumentCheck } from './document-check.ts';
import type { EdgeConfig, EdgeDeps } from '../src/edge-deps.ts';
import { type EdgeServer, startEdgeServer } from '../src/entry/node.ts';
import { createHookTester } from '../src/hook/hook-tester.ts';
import type { LogLevel } from '../src/logger.ts';
import { randomId } from '../src/create-edge.ts';

/** An edge on real stores in a folder of its own, with tokens to call it by. */
export interface EdgeRig {
  readonly edge: Edge;
  readonly server: EdgeServer;
  readonly control: OpenControlStore;
  readonly log: ShardLog;
  readonly clock: MovableClock;
  readonly logged: { readonly level: LogLevel; readonly message: string }[];
  /** Account 1, all scopes, master. */
  readonly admin: string;
  /** Account 2, the same. */
  readonly other: string;
  readonly platform: string;
  token(overrides: Partial<Token>): Promise<string>;
  call(method: string, path: string, options?: CallOptions): Promise<Called>;
  events(): Promise<EventRow[]>;
  notReady: string[];
  close(): Promise<void>;
}

export interface CallOptions {
  readonly token?: string | null;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
}

export interface Called {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Tests look into answers of every shape.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly json: any;
}

export interface MovableClock extends Clock {
  move(byMs: number): void;
}

export interface RigOptions {
  readonly deps?: Partial<Pick<EdgeDeps, 'logs' | 'control' | 'tester'>> | ((real: { control: OpenControlStore; log: ShardLog }) => Partial<Pick<EdgeDeps, 'logs' | 'control' | 'tester'>>);
  readonly config?: Partial<EdgeConfig>;
  readonly contentBytesMax?: number;
}

function movableClock(): MovableClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    monotonic: () => performance.now() + ahead,
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    move(byMs) {
      ahead += byMs;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function openEdgeRig(options: RigOptions = {}): Promise<EdgeRig> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-edge-'));
  const clock = movableClock();
  const control = await openEmbeddedControlStore({ dataDir, retentionHours: 72, contentBytesMax: options.contentBytesMax ?? 64 * 1024 * 1024, clock });
  const log = await openEmbeddedEventLog({ dataDir, clock, dedupeWindowMs: 24 * 3_600_000 });
  const address = createAddressPolicy({ allow: ['127.0.0.0/8'], allowHttp: false, self: [] });
  const transports = createTransportFactory({ policy: address, openSecret: control.keys.open, kafkaClient: 'platformatic', version: 'test', clock });
  const logged: EdgeRig['logged'] = [];
  const notReady: string[] = [];
  const overrides = typeof options.deps === 'function' ? options.deps({ control, log }) : options.deps;
  const edge = await createEdge({
    control, logs: [log],
    hookChanges: new HookChanges({ control, logs: [log], now: clock.now, openEvents: async () => 0 }),
    deliveries: createDeliveryReads({ control, logs: [log], relay: null, exporter: null, now: clock.now }),
    exports: new ExportRuns({ control, logs: [log], clock, newId: randomId, ratesOf: () => null }),
    dryRun: createDryRun({ control, logs: [log], clock }),
    searchEvents: createEventSearch({ logs: [log], clock }),
    tester: createHookTester({ control, transports, clock, newId: randomId }),
    address, clock,
    config: { version: 'test', resolves: async (name) => !name.endsWith('.invalid'), ...options.config },
    logger: { log: (level, message) => void logged.push({ level, message }), linesDropped: () => 0, flush: async () => {} },
    metrics: new Registry(),
    isReady: async () => notReady,
    ...overrides,
  });
  const server = await startEdgeServer({ edge, host: '127.0.0.1', port: 0 });

  const token = async (row: Partial<Token>): Promise<string> => {
    const secret = `hl_${randomId('x')}`;
    await control.tokens.create({ id: randomId('tok'), accountId: 1, name: 'test', scopes: TOKEN_SCOPES, master: true, expiresAt: null, ...row, sha256: tokenHash(secret) }, clock.now());
    return secret;
  };
  const checkDocument = createDocumentCheck(edge.openApi);
  await control.accounts.put(1, 'One', clock.now());
  await control.accounts.put(2, 'Two', clock.now());
  const [admin, other, platform] = [await token({}), await token({ accountId: 2 }), await token({ accountId: null, scopes: [], master: false })];

  return {
    edge, server, control, log, clock, logged, admin, other, platform, token, notReady,
    async call(method, target, { token: secret = admin, body, raw, headers = {} } = {}) {
      const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
      const response = await fetch(`${server.url}${target}`, {
        method,
        headers: { ...(secret === null ? {} : { authorization: `Bearer ${secret}` }), ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(sent === undefined ? {} : { body: sent }),
      });
      // What goes on for ever is only begun.
      const goesOn = response.headers.get('content-type') === 'text/event-stream';
      if (goesOn) await response.body?.cancel();
      const text = goesOn ? '' : await response.text();
      const json = parse(text);
      const isJson = typeof sent === 'string' && (headers['content-type'] ?? 'application/json') === 'application/json';
      const contradiction = goesOn ? null : checkDocument({ method, target, sent: isJson ? parse(sent) : undefined, status: response.status, contentType: response.headers.get('content-type'), text, json });
      if (contradiction !== null) throw new TypeError(`${method} ${target} is not as the OpenAPI document says: ${contradiction}`);
      return { status: response.status, headers: response.headers, text, json };
    },
    async events() {
      const page = await log.read(0, { rowsMax: 100_000, bytesMax: 1e9 });
      return page.rows.filter((row) => row.kind === 'event');
    },
    async close() {
      await server.close(2_000);
      await transports.close();
      await log.close();
      await control.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
