// `npm start`, and the command of the npm package: everything in one process, or one part of it beside others (`npm start -- edge`, `relay`, `exporter`). SIGTERM and SIGINT stop it within ten seconds, with exit code 0; a configuration that cannot be
// used ends it with 78 and one line a problem.
import { readFileSync } from 'node:fs';
import { isHooklineError } from '@hookline/core';
import { createLogger, type Logger } from '@hookline/edge';
import { systemClock } from '@hookline/transports';
import { type HooklineConfig, loadConfig, printConfig } from './config.ts';
import { printImport, runImport } from './import-hooks.ts';
import { openHookline } from './open-hookline.ts';
import { openRole } from './roles/open-role.ts';
import { isRole, type RunningRole } from './roles/role.ts';
import { runBackup } from './run-backup.ts';

/** A service manager sends SIGKILL after ten. */
const STOP_MS = 9_000;
const EXIT_CONFIG = 78;
/** Starting again does not cure these. */
const EXIT_CONFIG_CODES = new Set(['config_invalid', 'key_invalid', 'invariant_broken']);

// What is kept is for this user alone: profiles, secrets' ciphertexts, keys.
process.umask(0o077);

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

try {
  if (process.argv.includes('--print-config')) {
    process.stdout.write(printConfig(process.env));
    process.exit(0);
  }
  const config = loadConfig(process.env);
  if (process.argv[2] === 'backup') {
    process.stdout.write(runBackup(config, process.argv[3]));
    process.exit(0);
  }
  if (process.argv[2] === 'import-hooks') {
    const lines = await runImport(config, systemClock, process.argv.slice(3));
    process.stdout.write(printImport(lines));
    process.exit(lines.every(({ hookId }) => hookId !== null) ? 0 : 1);
  }
  const logger = createLogger({ level: config.logLevel, now: systemClock.now });
  const [, , word] = process.argv;
  const running = await (isRole(word) ? openRole(word, { config, version, clock: systemClock, logger }) : startEverything(config, logger));
  process.stdout.write(`listening on ${running.url}\n${(running.notes ?? []).map((note) => `${note}\n`).join('')}`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    running.stop(STOP_MS).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`could not stop cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
} catch (error: unknown) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(isHooklineError(error) && EXIT_CONFIG_CODES.has(error.code) ? EXIT_CONFIG : 1);
}

async function startEverything(config: HooklineConfig, logger: Logger): Promise<RunningRole> {
  const { server, demoUrl, firstUserUrl, stop } = await openHookline({ config, version, clock: systemClock, logger, demo: !process.argv.includes('--no-demo') });
  const notes = [
    ...(demoUrl === null ? [] : [`demo receiver on ${demoUrl} (open it and send sample events)`]),
    ...(firstUserUrl === null ? [] : [`sign in to the console: make the first user on ${firstUserUrl}`]),
  ];
  return { url: server.url, notes, stop };
}
