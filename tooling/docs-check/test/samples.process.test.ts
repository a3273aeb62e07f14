import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
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
const OUTPUT_DEADLINE_MS = 60_000;
/** A 4xx or 5xx fails the script, and nothing waits for ever. */
const PRELUDE = 'set -euo pipefail\ncurl() { command curl --fail-with-body --max-time 30 -w "\\n" "$@"; }\n';

it.each(['README.md', 'docs/receiving.md', 'docs/api.md'])('the samples of %s do what it says', async (document) => {
  const samples = samplesOf(readMarkdownFile(ROOT, document).text);
  expect(samples.expected.length).toBeGreaterThan(0);
  const folder = mkdtempSync(path.join(tmpdir(), 'hookline-samples-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const url = await startProduct(folder, samples.settings);
  const port = String(await freePort());
  const adapted = (text: string): string => text.replaceAll(DOCUMENTED.product, url).replace(DOCUMENTED.receiverPort, port);
  for (const { name, text } of samples.files) writeFileSync(path.join(folder, name), adapted(text));

  const script = startEnding(['bash', '-c', PRELUDE + adapted(samples.script)], folder, {});
  const isThere = (pattern: RegExp): boolean => pattern.test(script.output());
  await waitUntil(`what ${document} says comes out`, () => samples.expected.every(isThere), {
    deadlineMs: OUTPUT_DEADLINE_MS,
    givenUp: () => ((script.exitCode() ?? 0) === 0 ? null : `the script ended with ${script.exitCode()}\n${script.output()}`),
  }).catch((error: unknown) => {
    throw new Error(`not found: ${samples.expected.filter((pattern) => !isThere(pattern)).join('\n')}\n\nin:\n${script.output()}`, { cause: error });
  });
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
