import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isHooklineError } from '@hookline/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { printConfigDocs } from './config-docs.ts';
import { loadConfig, printConfig } from './config.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-config-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const load = (env: Record<string, string>, file?: string) => {
  if (file !== undefined) writeFileSync(path.join(dataDir, 'main.json'), file);
  return loadConfig({ HOOKLINE_DATA_DIR: dataDir, ...env });
};

function problemsOf(env: Record<string, string>, file?: string): string[] {
  try {
    load(env, file);
  } catch (error: unknown) {
    if (isHooklineError(error) && error.code === 'config_invalid') return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('has the documented defaults', () => {
    expect(load({})).toMatchObject({ port: 8787, host: '127.0.0.1', retryTimes: 4, retryPeriodSec: 15, contentCleanupHours: 72, retentionDays: 365, kafkaClient: 'platformatic', allowHttp: false, allowDestinations: [], adminToken: undefined });
  });

  it('takes the documented keys from main.json, and the environment before it', () => {
    const config = load({ HOOK_RETRY_TIMES: '7' }, '{"HOOK_RETRY_TIMES": 5, "HOOK_RETRY_PERIOD_SEC": 30, "HOOK_CONTENT_CLEANUP_HOURS": "48", "PORT": 1, "RABBITMQ_HOST": "else"}');
    expect(config).toMatchObject({ retryTimes: 7, retryPeriodSec: 30, contentCleanupHours: 48, port: 8787 });
  });

  it.each([
    ['-1', '{"HOOK_RETRY_PERIOD_SEC": 0}'], ['1000000000', '{"HOOK_RETRY_PERIOD_SEC": 1e9}'], ['x', '{"HOOK_RETRY_PERIOD_SEC": "x"}'], ['1.5', '{"HOOK_RETRY_PERIOD_SEC": null}'], ['0', '{"HOOK_RETRY_PERIOD_SEC": [1]}'],
  ])('names every problem at once: %s, %s', (times, file) => {
    const problems = problemsOf({ HOOK_RETRY_TIMES: times, PORT: '65536', HOOKLINE_ALLOW_HTTP: 'maybe' }, file);
    expect(problems.map((line) => line.split(' ')[0])).toEqual(['PORT', 'HOOK_RETRY_TIMES', 'HOOK_RETRY_PERIOD_SEC', 'HOOKLINE_ALLOW_HTTP']);
    expect(problems[2]).toContain('in main.json');
  });

  it.each(['', '[]', 'null', '{"HOOK_RETRY_TIMES": 4,}'])('refuses a main.json that is no object: %s', (file) => {
    expect(problemsOf({}, file)).toEqual(['main.json must be a JSON object']);
  });

  it('never shows a secret', () => {
    const secrets = { HOOKLINE_ADMIN_TOKEN: 'hl_canary,1', HOOKLINE_PLATFORM_TOKEN: 'hl canary 2', HOOKLINE_MASTER_KEY: 'canary' };
    const problems = problemsOf(secrets);
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain('canary');
    const printed = printConfig({ HOOKLINE_DATA_DIR: dataDir, HOOKLINE_ADMIN_TOKEN: 'hl_canary', HOOKLINE_DATABASE_TOKEN: 'canary' });
    expect(printed).not.toContain('canary');
    expect(printed).toContain('HOOKLINE_ADMIN_TOKEN=*** # from the environment\n');
  });

  it('reads lists, and names the entries that are none', () => {
    expect(load({ HOOKLINE_ALLOW_DESTINATIONS: '127.0.0.0/8, ::1 broker.internal' }).allowDestinations).toEqual(['127.0.0.0/8', '::1', 'broker.internal']);
    expect(problemsOf({ HOOKLINE_ALLOW_DESTINATIONS: '127.0.0.0/8,1.2.3.4/99' })[0]).toContain('1.2.3.4/99');
  });

  it('treats an empty variable as none', () => {
    expect(load({ PORT: '', HOOKLINE_ADMIN_TOKEN: '' })).toMatchObject({ port: 8787, adminToken: undefined });
  });
});

it('prints each value with its unit and where it comes from', () => {
  writeFileSync(path.join(dataDir, 'main.json'), '{"HOOK_RETRY_TIMES": 5, "HOOK_RETRY_PERIOD_SEC": 30, "PORT": 1}');
  const lines = printConfig({ HOOKLINE_DATA_DIR: dataDir, HOOK_RETRY_TIMES: '7' }).split('\n');
  for (const line of ['PORT=8787 # default', 'HOOK_RETRY_TIMES=7 # attempts, from the environment', 'HOOK_RETRY_PERIOD_SEC=30 # seconds, from main.json', 'HOOK_CONTENT_CLEANUP_HOURS=72 # hours, default', 'HOOKLINE_ADMIN_TOKEN= # default']) expect(lines).toContain(line);
  expect(() => printConfig({ HOOKLINE_DATA_DIR: dataDir, PORT: 'x' })).toThrow('PORT must be');
});

it('docs/config/standalone.md is what the table says', () => {
  expect(readFileSync(new URL('../../../docs/config/standalone.md', import.meta.url), 'utf8')).toBe(printConfigDocs());
});
