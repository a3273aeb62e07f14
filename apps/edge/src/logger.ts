import { write } from 'node:fs';

// Structured lines to stdout that never hold anything up: process.stdout is synchronous on pipes, so a reader that stops would stop us. Here one write is
// under way at a time, what waits is capped, and above the cap lines are dropped and counted.

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export interface Logger {
  /** Fields are for machines and must not carry secrets; values are cut so that the line stays within 1 KiB. */
  log(level: LogLevel, message: string, fields?: LogFields): void;
  linesDropped(): number;
  /** Resolves when what was logged has left, or at the deadline. */
  flush(timeoutMs: number): Promise<void>;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly now: () => number;
  /** 1 = stdout. */
  readonly fileDescriptor?: number;
  readonly waitingBytesMax?: number;
}

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
const LINE_BYTES_MAX = 1024;
const WAITING_BYTES_MAX = 1024 * 1024;
/** A full pipe says EAGAIN: tried again this much later. */
const BLOCKED_RETRY_MS = 100;

export function createLogger(options: LoggerOptions): Logger {
  const fileDescriptor = options.fileDescriptor ?? 1;
  const waitingBytesMax = options.waitingBytesMax ?? WAITING_BYTES_MAX;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let writing = false;
  let idle: (() => void)[] = [];

  const settle = (): void => {
    for (const resolve of idle) resolve();
    idle = [];
  };
  const next = (rest: Buffer): void => {
    write(fileDescriptor, rest, 0, rest.length, null, (error, written) => {
      if (error?.code === 'EAGAIN') return void setTimeout(next, BLOCKED_RETRY_MS, rest).unref();
      if (error === null && written < rest.length) return next(rest.subarray(written));
      if (error !== null) dropped += 1;
      waitingBytes -= rest.length;
      drain();
    });
  };
  const drain = (): void => {
    if (waiting.length === 0) {
      writing = false;
      return settle();
    }
    writing = true;
    const block = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = block.length;
    next(block);
  };
  return {
    log(level, message, fields) {
      if (ORDER[level] < ORDER[options.level]) return;
      const line = Buffer.from(`${printLine(options.now(), level, message, fields ?? {})}\n`);
      if (waitingBytes + line.length > waitingBytesMax) {
        dropped += 1;
        return;
      }
      waiting.push(line);
      waitingBytes += line.length;
      if (!writing) drain();
    },
    linesDropped: () => dropped,
    async flush(timeoutMs) {
      if (!writing) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        idle.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}

/** JSON escapes newlines, so one entry is one line whatever is in it. */
function printLine(nowMs: number, level: LogLevel, message: string, fields: LogFields): string {
  const entry = { time: new Date(nowMs).toISOString(), level, message, ...fields };
  const line = JSON.stringify(entry);
  if (Buffer.byteLength(line) < LINE_BYTES_MAX) return line;
  const cut = (charsMax: number): string => JSON.stringify(entry, (_key, value: unknown) => (typeof value === 'string' && value.length > charsMax ? `${value.slice(0, charsMax)}…` : value));
  for (const charsMax of [200, 60, 20]) {
    const shorter = cut(charsMax);
    if (Buffer.byteLength(shorter) < LINE_BYTES_MAX) return shorter;
  }
  return JSON.stringify({ time: entry.time, level, message: message.slice(0, 100), cut: true });
}
