// What is fired at, on the runtime that runs this file: `bare` answers with the image and does nothing else, `memory` is the edge on a log that keeps nothing, `durable`
// is the edge as it is. Prints the URL to fire at, and at SIGTERM how many hits its log holds, and how many different ones.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_PIXEL_SETTINGS, EDGE_SETTINGS, type EdgeStores, loadSettings, openEdge, startBunServer, startDenoServer, startEdgeServer } from '@hookline/edge';
import { MemoryLogBackend, openEmbeddedControlStore, openEmbeddedEventLog, ShardLog } from '@hookline/store';
import { systemClock } from '@hookline/transports';

declare const Deno: { serve(options: object, handler: () => Response): { readonly addr: { readonly port: number } } } | undefined;
declare const Bun: { serve(options: object): { readonly port: number } } | undefined;

const HOST = '127.0.0.1';
const WINDOW_MS = 24 * 3_600_000;
const SID = 'bench-pixel-of-24-letters';
const GIF = Uint8Array.from(atob('R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=='), (character) => character.charCodeAt(0));
const HEADERS = { 'content-type': 'image/gif', 'cache-control': 'no-store' };

type Kind = 'bare' | 'memory' | 'durable';

async function startBare(): Promise<number> {
  const answer = (): Response => new Response(GIF, { headers: HEADERS });
  if (typeof Deno !== 'undefined') return Deno.serve({ hostname: HOST, port: 0, onListen() {} }, answer).addr.port;
  if (typeof Bun !== 'undefined') return Bun.serve({ hostname: HOST, port: 0, fetch: answer }).port;
  const server = createServer((_request, response) => void response.writeHead(200, { ...HEADERS, 'content-length': GIF.byteLength }).end(GIF));
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return (server.address() as AddressInfo).port;
}

async function openStores(kind: Kind, dataDir: string): Promise<EdgeStores> {
  const control = await openEmbeddedControlStore({ dataDir, retentionHours: 72, contentBytesMax: 1e8, clock: systemClock });
  const own = kind === 'durable'
    ? await openEmbeddedEventLog({ dataDir, clock: systemClock, dedupeWindowMs: WINDOW_MS })
    : await ShardLog.open({ backend: new MemoryLogBackend(0, 'memory0'), clock: systemClock, defer: setImmediate, dedupeWindowMs: WINDOW_MS });
  await control.accounts.put(1, 'Bench', 1);
  await control.pixels.put(1, { id: 1, sid: SID, name: 'Bench', databaseId: 1, domain: null, active: true }, 1);
  return { control, own, others: [], token: '', close: async () => {} };
}

async function startEdge(kind: Kind): Promise<number> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-bench-'));
  const stores = await openStores(kind, dataDir);
  process.on('SIGTERM', () => void tell(stores, dataDir));
  const settings = { ...loadSettings(EDGE_SETTINGS, { env: {} }), pixelHitsPerSec: 0, secretQueryKeys: DEFAULT_PIXEL_SETTINGS.secretQueryKeys };
  const logger = { log: () => {}, linesDropped: () => 0, flush: async () => {} };
  const { edge } = await openEdge({ settings, stores, version: 'bench', clock: systemClock, logger, ...(typeof Bun === 'undefined' ? {} : { fetch: globalThis.fetch }) });
  const start = typeof Deno !== 'undefined' ? startDenoServer : typeof Bun !== 'undefined' ? startBunServer : startEdgeServer;
  return (await start({ edge, host: HOST, port: 0 })).port;
}

/** By the number that each carries as its value. */
async function tell({ own: log }: EdgeStores, dataDir: string): Promise<void> {
  const numbers = new Set<string>();
  let rowCount = 0;
  for (let after = 0; after < log.end(); ) {
    const { rows, through } = await log.read(after, { rowsMax: 10_000, bytesMax: 1e8 });
    for (const row of rows) {
      if (row.kind !== 'event') continue;
      rowCount++;
      numbers.add(/"value":(\d+)/.exec(row.base)?.[1] ?? '');
    }
    after = through;
  }
  rmSync(dataDir, { recursive: true, force: true });
  process.stdout.write(`holds ${rowCount} of ${numbers.size}\n`);
  process.exit();
}

const kind = process.argv[2] as Kind;
const port = kind === 'bare' ? await startBare() : await startEdge(kind);
process.stdout.write(`fire at http://${HOST}:${port}/pixel?i=${SID}&t=open&goal=Visit\n`);
