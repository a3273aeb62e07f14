import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { RuntimeCommand } from './runtime-process.ts';

/** What a runtime cannot do, by the id of the case, and why. */
export type KnownGaps = Readonly<Record<string, string>>;

export interface Runtime {
  readonly name: 'Node' | 'Deno' | 'Bun' | 'workerd';
  readonly gaps: KnownGaps;
  /** Embedded files where the runtime can have them. */
  readonly hasFiles: boolean;
  /** null = the runtime's program is not installed. */
  command(env: Readonly<Record<string, string>>): RuntimeCommand | null;
}

const edge = path.resolve(import.meta.dirname, '../..');
const inEdge = createRequire(path.join(edge, 'package.json'));
const LISTENING = /listening on (http:\/\/\S+)/;
const source = (file: string): string => path.join(edge, 'src', file);

/** A program that comes as an npm package for each platform. */
function packagedProgram(launcher: string, candidates: readonly string[]): string | null {
  const beside = createRequire(inEdge.resolve(`${launcher}/package.json`));
  for (const candidate of candidates) {
    try {
      const file = beside.resolve(candidate);
      if (existsSync(file)) return file;
    } catch {
      // Not the package of this platform.
    }
  }
  return null;
}

const { platform, arch } = process;
const deno = (): string | null => packagedProgram('deno', [`@deno/${platform}-${arch}-glibc/deno`, `@deno/${platform}-${arch}/deno`]);
const bun = (): string | null => packagedProgram('bun', ['./bin/bun.exe', `@oven/bun-${platform}-${arch === 'arm64' ? 'aarch64' : arch}/bin/bun`]);
const program = (file: string | null, args: readonly string[], env: Readonly<Record<string, string>>): RuntimeCommand | null => (file === null ? null : { argv: [file, ...args], env: { PORT: '0', ...env }, ready: LISTENING });


const TARGET_GAP = 'the server of the runtime makes a URL of whatever the target was before we see it';

export const RUNTIMES: readonly Runtime[] = [
  { name: 'Node', hasFiles: true, gaps: {}, command: (env) => program(process.execPath, ['--conditions=source', source('main.ts')], env) },
  {
    name: 'Deno', hasFiles: true,
    gaps: { 'absolute-target': TARGET_GAP },
    command: (env) => program(deno(), ['run', '-A', '--conditions=source', `--config=${path.join(edge, 'deno.json')}`, source('entry/deno.ts')], { DENO_NO_UPDATE_CHECK: '1', ...env }),
  },
  { name: 'Bun', hasFiles: true, gaps: {}, command: (env) => program(bun(), ['--conditions=source', source('entry/bun.ts')], env) },
  {
    name: 'workerd', hasFiles: false, gaps: {},
    command(env) {
      const vars = Object.entries({ HOOKLINE_MASTER_KEY: MASTER_KEY, ...env }).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
      const wrangler = inEdge.resolve('wrangler/package.json').replace('package.json', 'bin/wrangler.js');
      return {
        argv: [process.execPath, wrangler, 'dev', '--config', path.join(edge, 'wrangler.jsonc'), '--ip', '127.0.0.1', '--port', '0', '--show-interactive-dev-session=false', ...vars],
        env: { CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_BUILD_CONDITIONS: 'source,workerd,worker,browser,import', NO_COLOR: '1' },
        ready: /Ready on (http:\/\/\S+)/,
      };
    },
  },
];

export const MASTER_KEY: string = randomBytes(32).toString('base64');
