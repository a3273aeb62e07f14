// The whole product as `npm start` runs it, on a fresh data directory, and a browser in front of it.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const START_MS = 120_000;
const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
export const ADMIN = 'hl_console_test';
export const WIDE = { width: 1280, height: 860 };
export const PHONE = { width: 390, height: 844 };

export interface ConsoleRig {
  readonly url: string;
  readonly firstUserUrl: string;
  readonly browser: Browser;
  readonly receiver: Receiver;
  /** By the admin's token. */
  call(method: string, target: string, body?: unknown): Promise<{ readonly status: number; readonly json: never }>;
  close(): Promise<void>;
}

/** A destination that says what it is told to say. */
export interface Receiver {
  readonly url: string;
  status: number;
  body: string;
  readonly received: unknown[];
}

export async function openConsoleRig(): Promise<ConsoleRig> {
  const executablePath = CHROMIUM.find((file) => existsSync(file));
  if (executablePath === undefined) throw new Error('no Chromium on this machine: apt-get install -y chromium');
  const dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-console-'));
  const [server, receiver] = await startReceiver();
  const product = spawn(process.execPath, [path.join(ROOT, 'tooling/bootstrap.mjs'), 'start', '--no-demo'], {
    env: { ...process.env, PORT: '0', HOOKLINE_DATA_DIR: dataDir, HOOKLINE_ADMIN_TOKEN: ADMIN, HOOKLINE_ALLOW_DESTINATIONS: '127.0.0.1', HOOK_RETRY_TIMES: '1', HOOK_RETRY_PERIOD_SEC: '1' }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = await firstLines(product);
  const url = /^listening on (\S+)$/m.exec(output)?.[1] as string;
  const firstUserUrl = /make the first user on (\S+)/.exec(output)?.[1] as string;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  return {
    url, firstUserUrl, browser, receiver,
    async call(method, target, body) {
      const answer = await fetch(`${url}${target}`, { method, headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      const text = await answer.text();
      return { status: answer.status, json: (text === '' ? null : JSON.parse(text)) as never };
    },
    async close() {
      await browser.close();
      await new Promise<void>((resolve) => {
        product.on('exit', () => resolve());
        product.kill('SIGTERM');
      });
      server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Everything it says on stdout until the link for the first user is there. */
function firstLines(product: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`the product did not start: ${output}`)), START_MS);
    product.on('exit', (code) => reject(new Error(`the product ended with ${code}: ${output}`)));
    product.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (!output.includes('/welcome#')) return;
      clearTimeout(timer);
      resolve(output);
    });
  });
}

async function startReceiver(): Promise<[Server, Receiver]> {
  const received: unknown[] = [];
  const receiver = { url: '', status: 200, body: 'ok', received };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push(JSON.parse(Buffer.concat(parts).toString()));
      response.writeHead(receiver.status, { 'x-canary': '<img src=x onerror="window.__xss=3">' }).end(receiver.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
  return [server, receiver];
}

/** A page that keeps what the browser complains about: refused scripts, errors in ours. */
export async function openPage(context: BrowserContext): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && !/status of 4\d\d/.test(message.text()) && complaints.push(message.text()));
  return { page, complaints };
}

/** What axe finds that is serious or worse, each with where. React Aria's announcer is left out: it refers to what was spoken a moment ago and is gone by then. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = (await page.evaluate('axe.run({ exclude: ["[data-live-announcer]"] }, { resultTypes: ["violations"] }).then((result) => result.violations)')) as { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary.slice(0, 200)}`).slice(0, 3).join(' | ')}`);
}
