import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, type Logger } from './logger.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hookline-logger-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const linesTo = async (log: (logger: Logger) => void): Promise<string[]> => {
  const file = path.join(folder, 'log');
  const fileDescriptor = openSync(file, 'w');
  const logger = createLogger({ level: 'info', now: () => 0, fileDescriptor });
  log(logger);
  await logger.flush(5_000);
  closeSync(fileDescriptor);
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
};

describe('logger', () => {
  it('writes one JSON line an entry, from its level on', async () => {
    const lines = await linesTo((logger) => {
      logger.log('debug', 'hidden');
      logger.log('info', 'two\nlines', { path: 'a\r\nb', count: 3 });
      logger.log('error', 'later');
    });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { time: '1970-01-01T00:00:00.000Z', level: 'info', message: 'two\nlines', path: 'a\r\nb', count: 3 }, { time: '1970-01-01T00:00:00.000Z', level: 'error', message: 'later' },
    ]);
  });

  it('cuts what is longer than 1 KiB', async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`field${n}`, 'x'.repeat(50)]));
    const lines = await linesTo((logger) => {
      logger.log('info', 'm'.repeat(5_000), { a: '\u0000'.repeat(3_000) });
      logger.log('info', 'many', many);
    });
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(Buffer.byteLength(line)).toBeLessThan(1024);
      expect(JSON.parse(line).level).toBe('info');
    }
  });

  it('drops and counts when nobody reads, and never waits', async () => {
    const pipe = path.join(folder, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const fileDescriptor = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const logger = createLogger({ level: 'info', now: () => 0, fileDescriptor, waitingBytesMax: 100_000 });
    for (let n = 0; n < 5_000; n++) logger.log('info', 'x'.repeat(100));
    expect(logger.linesDropped()).toBeGreaterThan(1_000);
    await logger.flush(20);
    closeSync(fileDescriptor);
  });
});
