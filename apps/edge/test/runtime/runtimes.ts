import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bunProgram, denoProgram, type RuntimeCommand, wranglerCommand } from '@hookline/runtimes';

/** docs/runtimes.md shows these, and is held to them. */
export interface KnownGap {
  readonly cannot: string;
  readonly reason: string;
}
/** By the id of the case. */
export type KnownGaps = Readonly<Record<string, KnownGap>>;

export interface Runtime {
  readonly name: 'Node' | 'Deno' | 'Bun' | 'workerd';
  readonly gaps: KnownGaps;
  /** Embedded files where the runtime can have them. */
  readonly hasFiles: boolean;
  command(env: Readonly<Record<string, string>>): RuntimeCommand;
}

/** Of the master user of account 1, and of the platform. */
export const ADMIN = 'hl_runtime_admin';
export const PLATFORM = 'hl_runtime_platform';
const MASTER_KEY: string = randomBytes(32).toString('base64');

const edge = path.resolve(import.meta.dirname, '../..');
const LISTENING = /listening on (http:\/\/\S+)/;
const source = (file: string): string => path.join(edge, 'src', file);

const program = (argv: readonly string[], env: Readonly<Record<string, string>>): RuntimeCommand => ({ argv, env: { PORT: '0', ...env }, ready: LISTENING });

/** wrangler.jsonc as it is, but for the place that it is used from. */
function workerConfig(): object {
  const config = JSON.parse(readFileSync(path.join(edge, 'wrangler.jsonc'), 'utf8').replace(/^\s*\/\/.*$/gm, '')) as { readonly main: string; readonly $schema: string };
  return { ...config, $schema: undefined, main: path.join(edge, config.main) };
}

const TARGET_GAP: KnownGap = { cannot: 'refuse a request target that is a whole URL', reason: 'the server of the runtime makes a URL of every target before we see it' };

export const RUNTIMES: readonly Runtime[] = [
  { name: 'Node', hasFiles: true, gaps: {}, command: (env) => program([process.execPath, '--conditions=source', source('main.ts')], env) },
  {
    name: 'Deno', hasFiles: true,
    gaps: { 'absolute-target': TARGET_GAP },
    command: (env) => program([denoProgram(), 'run', '-A', '--conditions=source', `--config=${path.join(edge, 'deno.json')}`, source('entry/deno.ts')], { DENO_NO_UPDATE_CHECK: '1', ...env }),
  },
  {
    name: 'Bun', hasFiles: true,
    gaps: { 'absolute-target': TARGET_GAP, 'two-hosts': { cannot: 'refuse two `Host` headers', reason: 'the server of the runtime keeps one of them and does not tell' } },
    command: (env) => program([bunProgram(), '--conditions=source', source('entry/bun.ts')], env),
  },
  {
    name: 'workerd', hasFiles: false,
    gaps: {
      'absolute-target': TARGET_GAP,
      'two-hosts': { cannot: 'refuse two `Host` headers with 400', reason: 'the server of the runtime joins them and then fails by itself' },
      'length-and-chunked': { cannot: 'refuse a body that is framed twice', reason: 'the server of the runtime takes one of the two framings' },
      'test-broker': { cannot: 'send a test to RabbitMQ or Kafka', reason: 'the runtime has no sockets that the brokers\' clients could use' },
      stop: { cannot: 'end by SIGTERM with exit code 0', reason: 'a worker has no end of its own: whoever runs it ends it between requests' },
    },
    command: (env) => wranglerCommand({ config: workerConfig(), vars: { HOOKLINE_MASTER_KEY: MASTER_KEY, ...env }, fromSource: true }),
  },
];

/** Settings of an edge that keeps everything on a libSQL server, which is named by its address: the name in a host would do without what addresses need. */
export const onServer = ({ url, adminUrl }: { readonly url: string; readonly adminUrl: string }): Readonly<Record<string, string>> => ({
  HOOKLINE_DATABASE_URL: url.replace('localhost', '127.0.0.1'), HOOKLINE_DATABASE_ADMIN_URL: adminUrl, HOOKLINE_MASTER_KEY: MASTER_KEY, HOOKLINE_ADMIN_TOKEN: ADMIN, HOOKLINE_PLATFORM_TOKEN: PLATFORM,
});
