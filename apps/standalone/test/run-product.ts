// The product as a process of its own, and a destination that remembers.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const MAIN = path.join(import.meta.dirname, '../src/main.ts');
const FLAGS = ['--conditions=source', '--disable-warning=ExperimentalWarning'];

export interface Called {
  readonly status: number;
  // Tests look into answers of every shape.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly json: any;
}

export interface Product {
  readonly url: string;
  call(method: string, target: string, body?: unknown): Promise<Called>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

export async function startProduct(dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<Product> {
  const child = spawn(process.execPath, [...FLAGS, MAIN, '--no-demo'], {
    env: { ...process.env, PORT: '0', HOOKLINE_DATA_DIR: dataDir, HOOKLINE_ADMIN_TOKEN: 'hl_admin', HOOKLINE_ALLOW_DESTINATIONS: '127.0.0.1', HOOK_RETRY_PERIOD_SEC: '1', ...env }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await listening(child);
  const ended = once(child, 'exit');
  return {
    url,
    async call(method, target, body) {
      const response = await fetch(url + target, { method, headers: { authorization: 'Bearer hl_admin', ...(body !== undefined && { 'content-type': 'application/json' }) }, ...(body !== undefined && { body: JSON.stringify(body) }) });
      const text = await response.text();
      return { status: response.status, json: text === '' ? null : JSON.parse(text) };
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      return (await ended)[0] as number | null;
    },
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = /listening on (http:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.on('exit', (code) => reject(new Error(`the product ended with ${code}: ${said}`)));
  });
}

/** A command of the product that runs and ends. */
export async function runCommand(args: readonly string[], env: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly out: string }> {
  const child = spawn(process.execPath, [...FLAGS, MAIN, ...args], { env: { ...process.env, ...env }, stdio: 'pipe' });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

export interface Delivery {
  readonly id: string;
  readonly exportId: string | null;
  readonly attempt: number;
  readonly body: string;
  readonly eventIds: readonly string[];
}

export interface Destination {
  readonly url: string;
  readonly deliveries: Delivery[];
  answerMs: number;
  close(): Promise<void>;
}

export async function startDestination(): Promise<Destination> {
  const deliveries: Delivery[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { headers } = request;
      deliveries.push({
        id: String(headers['webhook-id']), exportId: typeof headers['hookline-export-id'] === 'string' ? headers['hookline-export-id'] : null, attempt: Number(headers['hookline-attempt']), body,
        eventIds: (JSON.parse(body) as { event_id: string }[]).map((message) => message.event_id),
      });
      setTimeout(() => response.end('ok'), destination.answerMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const destination: Destination = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, deliveries, answerMs: 0,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
  return destination;
}

/** `count` click events, one a minute from that day on. */
export function clicks(prefix: string, count: number, day: string): object[] {
  const from = Date.parse(`${day}T00:00:00Z`);
  return Array.from({ length: count }, (_, i) => ({ event_type: 'click', event_id: `${prefix}${i}`, event_date: new Date(from + i * 60_000).toISOString(), list_id: 12, profile_id: `p${i}`, event_data: { campaign_id: 3, message_id: 4, n: i } }));
}

/** Until `holds`; fails after a minute. */
export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`this did not come: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
