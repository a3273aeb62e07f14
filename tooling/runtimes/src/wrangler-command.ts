import { wranglerProgram } from './programs.ts';
import type { RuntimeCommand } from './start-runtime.ts';

export interface WorkerOptions {
  /** wrangler.json as it would lie beside the worker, paths absolute: what the tool leaves behind stays in the folder of the run. */
  readonly config: object;
  /** Variables of the worker. */
  readonly vars?: Readonly<Record<string, string>>;
  /** The packages' sources instead of what is built. */
  readonly fromSource?: boolean;
}

/** A worker on this machine's workerd, by the tool that people use. */
export function wranglerCommand({ config, vars = {}, fromSource = false }: WorkerOptions): RuntimeCommand {
  const given = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
  return {
    argv: [process.execPath, wranglerProgram(), 'dev', '--config', 'wrangler.json', '--ip', '127.0.0.1', '--port', '0', '--show-interactive-dev-session=false', ...given],
    files: { 'wrangler.json': JSON.stringify(config) },
    env: { CI: '1', WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1', ...(fromSource && { WRANGLER_BUILD_CONDITIONS: 'source,workerd,worker,browser,import' }) },
    ready: /Ready on (http:\/\/\S+)/,
    failed: /Build failed/,
  };
}
