import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitUntil } from '@hookline/services';
import { expect, it, onTestFinished } from 'vitest';
import { readMarkdownFile } from '../src/markdown.ts';
import { type Running, startProgram } from '../src/run-script.ts';
import { samplesOf } from '../src/samples.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** Where the documents say that the product and the sample receivers listen. */
const DOCUMENTED = { product: 'http://127.0.0.1:8787', receiverPort: /\b9000\b/g };
const START_DEADLINE_MS = 60_000;
/** The scripts themselves take some seconds. */
const OUTPUT_DEADLINE_MS = 45_000;
/** A 4xx or 5xx fails the script, and nothing waits for ever. */
const PRELUDE = 'set -euo pipefail\ncurl() { command curl --fail-with-body --max-time 30 -w "\\n" "$@"; }\n';

it.each(['README.md', 'docs/receiving.md', 'docs/api.md'])('the samples of %s do what it says', async (document) => {
  const { text } = readMarkdownFile(ROOT, document);
  const folder = mkdtempSync(path.join(tmpdir(), 'hookline-samples-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const url = await startProduct(folder, samplesOf(text).settings);
  const samples = samplesOf(text.replaceAll(DOCUMENTED.product, url).replace(DOCUMENTED.receiverPort, String(await freePort())));
  expect(samples.expected.length).toBeGreaterThan(0);
  for (const file of samples.files) writeFileSync(path.join(folder, file.name), file.text);

  const script = startEnding(['bash', '-c', PRELUDE + samples.script], folder, {});
  const isThere = (pattern: RegExp): boolean => pattern.test(script.output());
  await waitUntil(`what ${document} says comes out`, () => samples.expected.every(isThere), {
    deadlineMs: OUTPUT_DEADLINE_MS,
    givenUp: () => ((script.exitCode() ?? 0) === 0 ? null : `the script ended with ${script.exitCode()}\n${script.output()}`),
  }).catch((error: unknown) => {
    throw new Error(`not found: ${samples.expected.filter((pattern) => !isThere(pattern)).join('\n')}\n\nin:\n${script.output()}`, { cause: error });
  });
});

it('the receiver of docs/receiving.md takes each message once, and nothing that is not signed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hookline-receiver-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const [receiver] = samplesOf(readMarkdownFile(ROOT, 'docs/receiving.md').text.replace(DOCUMENTED.receiverPort, String(port))).files;
  writeFileSync(path.join(folder, 'receiver.mjs'), receiver?.text ?? '');
  const key = randomBytes(32);
  const running = startEnding([process.execPath, 'receiver.mjs'], folder, { WEBHOOK_SECRET: `whsec_${key.toString('base64')}` });
  await waitUntil('the receiver to listen', () => listens(port), { deadlineMs: START_DEADLINE_MS, givenUp: () => (running.exitCode() === null ? null : running.output()) });

  const send = async (over: { readonly id?: string; readonly seconds?: number; readonly key?: Buffer; readonly body?: string } = {}): Promise<number> => {
    const { id = 'dlv_1', seconds = Math.floor(Date.now() / 1000), body = '[{"event_type":"click","event_id":"a"},{"event_type":"click","event_id":"b"}]' } = over;
    const signature = createHmac('sha256', over.key ?? key).update(`${id}.${seconds}.${body}`).digest('base64');
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,AAAA v1,${signature}`, 'hookline-hook-id': 'hok_1' };
    return (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body })).status;
  };
  expect(await send({ key: randomBytes(32) })).toBe(401);
  expect(await send({ seconds: 1 })).toBe(401);
  expect(running.output()).toBe('');
  expect([await send(), await send(), await send({ id: 'dlv_2', body: '[{"event_type":"click","event_id":"b"}]' })]).toEqual([200, 200, 200]);
  expect(running.output()).toBe('new: click a\nnew: click b\n');
});

async function startProduct(folder: string, settings: Readonly<Record<string, string>>): Promise<string> {
  const main = path.join(ROOT, 'apps/standalone/src/main.ts');
  const product = startEnding([process.execPath, '--conditions=source', '--disable-warning=ExperimentalWarning', main], folder, { ...settings, PORT: '0', HOOKLINE_DATA_DIR: path.join(folder, 'data') });
  const found = (): string | undefined => /^listening on (\S+)$/m.exec(product.output())?.[1];
  await waitUntil('the product to listen', () => found() !== undefined, { deadlineMs: START_DEADLINE_MS, givenUp: () => (product.exitCode() === null ? null : product.output()) });
  return found() as string;
}

function startEnding(argv: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Running {
  const running = startProgram(argv, { cwd, env: { ...process.env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}`, ...env } });
  onTestFinished(() => running.end());
  return running;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
