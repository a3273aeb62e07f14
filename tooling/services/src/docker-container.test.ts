// Against a stand-in for the docker command that writes down what it is asked: an engine is not everywhere.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IMAGES, containerControl, dockerRuns } from './docker-container.ts';
import { createRunFolder } from './run-folder.ts';
import { startKafka } from './kafka/start-kafka.ts';

let folder: string;
const asked = (): string[] => readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n');

function standIn(script: string): void {
  const file = path.join(folder, 'docker');
  writeFileSync(file, `#!/bin/sh\necho "$*" >> ${folder}/asked\n${script}\n`);
  chmodSync(file, 0o755);
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'docker-'));
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('knows an engine from a client that has none', () => {
  standIn('exit 1');
  expect(dockerRuns()).toBe(false);
  standIn('echo 28');
  expect(dockerRuns()).toBe(true);
});

it('removes the containers of runs that are gone, waits until its own answers, and ends it', async () => {
  standIn(`case "$1" in
    ps) echo "old /nowhere/at-all"; echo "live ${folder}" ;;
    run) echo new ;;
    exec) [ -f ${folder}/tried ] || { touch ${folder}/tried; exit 1; } ;;
  esac`);
  const run = createRunFolder('any', folder);
  const container = await containerControl(run, { image: 'image', args: ['-p', '1:2'], ready: ['answers'], command: ['serve'] });
  await container.kill9();
  await container.start();
  await container.freeze();
  await container.thaw();
  await container.terminate();
  await container.stop();
  const label = `hookline.test.folder=${run.path}`;
  expect(asked().filter((line) => !line.startsWith('ps '))).toEqual([
    'rm -f -v old',
    `run -d --label ${label} -p 1:2 image serve`,
    ...['exec new answers', 'exec new answers', 'kill -s KILL new', 'start new', 'exec new answers', 'pause new', 'unpause new', 'stop new', 'rm -f -v new'],
  ]);
});

it('uses the images of compose.yaml', () => {
  const compose = readFileSync(new URL('../../../compose.yaml', import.meta.url), 'utf8');
  expect([...compose.matchAll(/image: (.*)/g)].map(([, image]) => image)).toEqual(Object.values(IMAGES));
});

it('takes an address from the environment, unless the test wants a service of its own', async () => {
  const given = await startKafka({ env: { TEST_KAFKA: '127.0.0.1:1' } });
  expect(given.broker).toBe('127.0.0.1:1');
  await expect(given.kill9()).rejects.toThrow(/private: true/);
});
