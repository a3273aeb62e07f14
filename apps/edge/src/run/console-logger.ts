import type { Logger, LogLevel } from '../logger.ts';

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Where there are no file descriptors: the platform collects what the console is told. */
export function createConsoleLogger(least: LogLevel): Logger {
  return {
    log(level, message, fields) {
      if (ORDER.indexOf(level) < ORDER.indexOf(least)) return;
      console[level](JSON.stringify({ level, message, ...fields }));
    },
    linesDropped: () => 0,
    async flush() {
      // nothing is held
    },
  };
}
