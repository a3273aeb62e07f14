// As a test file meets it: a run of vitest of its own, over one file whose service cannot be had.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const SERVICES = path.resolve(import.meta.dirname, '../..');

function runFile(start: string, env: Record<string, string> = {}): { code: number | null; output: string } {
  const root = mkdtempSync(path.join(tmpdir(), 'with-service-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(path.join(root, 'node_modules'));
  symlinkSync(path.join(SERVICES, 'node_modules/vitest'), path.join(root, 'node_modules/vitest'));
  const lines = [
    "import { expect, it } from 'vitest';",
    `import { describeWithService } from '${SERVICES}/src/vitest/describe-with-service.ts';`,
    `import { ServiceMissing } from '${SERVICES}/src/service.ts';`,
    `await describeWithService('a broker', ${start}, ({ url }) => { it('is there', () => expect(url).toBe('somewhere')); });`,
  ];
  writeFileSync(path.join(root, 'a.test.ts'), lines.join('\n'));
  const vitest = path.join(SERVICES, 'node_modules/vitest/vitest.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', '--root', root], { cwd: root, encoding: 'utf8', env: { PATH: process.env['PATH'], NO_COLOR: '1', ...env } });
  return { code: status, output: stdout + stderr };
}

const MISSING = "async () => { throw new ServiceMissing('kafka', 'no Java', 'get Java'); }";

it('runs the tests with the service, and stops it after them', () => {
  const { code, output } = runFile("async () => ({ url: 'somewhere', stop: async () => console.log('it was stopped') })");
  expect({ code, stopped: output.includes('it was stopped') }).toEqual({ code: 0, stopped: true });
  expect(output).toContain('1 passed');
});

it('skips loudly what has no service, and says what would bring it', () => {
  const { code, output } = runFile(MISSING);
  expect(code).toBe(0);
  expect(output).toContain('SKIPPED: a broker: kafka is missing: no Java. It comes with: get Java');
  expect(output).toContain('1 skipped');
});

it('fails for the same reason where services are required', () => {
  const { code, output } = runFile(MISSING, { REQUIRE_BROKERS: '1' });
  expect(code).toBe(1);
  expect(output).toContain('kafka is missing: no Java');
});

it('fails when the service is there and does not start', () => {
  const { code, output } = runFile("async () => { throw new Error('its disk is full'); }");
  expect(code).toBe(1);
  expect(output).toContain('its disk is full');
});
