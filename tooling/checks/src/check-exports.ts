// The published form of each package: built, packed, looked at by publint, and each of its entries imported by a plain Node that knows nothing of the sources.
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { linesOf, runProgram } from './run-program.ts';
import type { Check } from './check.ts';

const DEADLINE_MS = 240_000;

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
}

export const checkExports: Check = async (root) => {
  const build = await runProgram(['turbo', 'run', 'build', '--output-logs=errors-only', '--no-update-notifier'], { cwd: root, deadlineMs: DEADLINE_MS });
  if (build.code !== 0) return { name: 'exports', problems: linesOf(build.output) };
  const problems: string[] = [];
  for (const file of globSync('{packages,apps}/*/package.json', { cwd: root }).sort()) {
    const folder = path.join(root, path.dirname(file));
    if (!readManifest(folder).private) problems.push(...(await packageProblems(folder)));
  }
  return { name: 'exports', problems };
};

/** Of one built package. */
export async function packageProblems(folder: string): Promise<string[]> {
  const space = mkdtempSync(path.join(tmpdir(), 'hookline-pack-'));
  try {
    const pack = await runProgram(['pnpm', 'pack', '--pack-destination', space], { cwd: folder, deadlineMs: DEADLINE_MS });
    const tarball = globSync('*.tgz', { cwd: space })[0];
    if (pack.code !== 0 || !tarball) return [`${folder}: it cannot be packed: ${pack.output}`];
    await runProgram(['tar', '-xzf', tarball], { cwd: space, deadlineMs: DEADLINE_MS });
    const packed = path.join(space, 'package');
    const manifest = readManifest(packed);
    const { messages } = await publint({ pkgDir: packed, pack: false, level: 'warning', strict: true });
    const advice = messages.map((message) => `${manifest.name}: ${formatMessage(message, manifest, { color: false }) ?? message.code}`);
    const absent = targetsOf(manifest.exports).filter((target) => !existsSync(path.join(packed, target)));
    return [...advice, ...absent.map((target) => `${manifest.name}: ${target} is not in the package`), ...(await importProblems(folder, packed, manifest, space))];
  } finally {
    rmSync(space, { recursive: true, force: true });
  }
}

/** The files that an `exports` map leads to, under whatever condition: publint knows only the usual ones. */
function targetsOf(exports: unknown): string[] {
  if (typeof exports === 'string') return [exports];
  return exports !== null && typeof exports === 'object' ? Object.values(exports).flatMap(targetsOf) : [];
}

/** The packed files as an installed package, with the dependencies that the workspace has installed for it. */
async function importProblems(folder: string, packed: string, manifest: Manifest, space: string): Promise<string[]> {
  const installed = path.join(space, 'node_modules', manifest.name);
  mkdirSync(path.dirname(installed), { recursive: true });
  cpSync(packed, installed, { recursive: true });
  const dependencies = path.join(folder, 'node_modules');
  if (existsSync(dependencies)) symlinkSync(dependencies, path.join(installed, 'node_modules'));
  const entries = Object.keys(manifest.exports ?? {}).filter((entry) => !entry.endsWith('.json')).map((entry) => manifest.name + entry.slice(1));
  const script = entries.map((entry) => `if (Object.keys(await import(${JSON.stringify(entry)})).length === 0) throw new Error(${JSON.stringify(`${entry} exports nothing`)});`).join('\n');
  const { code, output } = await runProgram([process.execPath, '--input-type=module', '-e', script], { cwd: space, deadlineMs: DEADLINE_MS, env: {} });
  return code === 0 ? [] : [`${manifest.name}: its built form cannot be imported:`, ...linesOf(output)];
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
