// The last resort: a service as a container. Docker's containers do not end with their parent, so they carry a label with the run folder's name and the next
// start removes those whose folder is gone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from './run-program.ts';
import type { RunFolder } from './run-folder.ts';
import type { ServiceControl } from './service.ts';
import { waitUntil } from './wait-until.ts';

/** Those of compose.yaml. */
export const IMAGES = { rabbitmq: 'rabbitmq:4.1', kafka: 'apache/kafka:4.1.0', sqld: 'ghcr.io/tursodatabase/libsql-server:latest' } as const;

const LABEL = 'hookline.test.folder';
/** The first start may have to pull the image. */
const START_DEADLINE_MS = 120_000;

export interface ContainerSpec {
  readonly image: string;
  /** Options of `docker run`. */
  readonly args: readonly string[];
  /** A command to run inside, whose exit code 0 means that it answers; or a look from outside. */
  readonly ready: readonly string[] | (() => Promise<boolean>);
  readonly command?: readonly string[];
}

/** `docker` is installed nearly everywhere; what counts is the engine behind it. */
export const dockerRuns = (): boolean => spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { stdio: 'ignore' }).status === 0;

const docker = async (...args: readonly string[]): Promise<string> => (await runProgram('docker', args, { cwd: '.' })).trim();

export async function containerControl(folder: RunFolder, spec: ContainerSpec): Promise<ServiceControl & { run(...command: string[]): Promise<string> }> {
  await sweepContainers();
  const id = await docker('run', '-d', '--label', `${LABEL}=${folder.path}`, ...spec.args, spec.image, ...(spec.command ?? []));
  const run = (...command: string[]): Promise<string> => docker('exec', id, ...command);
  const { ready: look } = spec;
  const answers = typeof look === 'function' ? look : (): Promise<boolean> => run(...look).then(() => true, () => false);
  const ready = (): Promise<void> => waitUntil(path.basename(folder.path), answers, { deadlineMs: START_DEADLINE_MS });
  const stop = async (): Promise<void> => {
    await docker('rm', '-f', '-v', id).catch(() => 'it is gone already');
    folder.remove();
  };
  await ready().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    run,
    kill9: async () => void (await docker('kill', '-s', 'KILL', id)),
    terminate: async () => void (await docker('stop', id)),
    start: async () => {
      await docker('start', id);
      await ready();
    },
    freeze: async () => void (await docker('pause', id)),
    thaw: async () => void (await docker('unpause', id)),
    stop,
  };
}

async function sweepContainers(): Promise<void> {
  const lines = await docker('ps', '-a', '--filter', `label=${LABEL}`, '--format', `{{.ID}} {{.Label "${LABEL}"}}`);
  for (const line of lines.split('\n').filter(Boolean)) {
    const [id = '', folder = ''] = line.split(/ (.*)/s);
    if (!existsSync(folder)) await docker('rm', '-f', '-v', id);
  }
}
