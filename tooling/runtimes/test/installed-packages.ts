import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bunProgram } from '../src/index.ts';

// The published form of the packages in projects that know nothing of this repository: built, packed, and installed from the tarballs.

const ROOT = path.resolve(import.meta.dirname, '../../..');
const PACKAGES: readonly string[] = ['core', 'store', 'transports'];

export interface InstalledPackages {
  /** A project that npm has installed. Deno takes it as it is; what bundles for Workers does too. */
  readonly byNpm: string;
  readonly byBun: string;
  remove(): void;
}

export function installPackages(): InstalledPackages {
  const space = mkdtempSync(path.join(tmpdir(), 'hookline-packages-'));
  const inRoot = (...args: readonly string[]): unknown => execFileSync('pnpm', args, { cwd: ROOT, stdio: 'pipe' });
  inRoot('exec', 'turbo', 'run', 'build', '--output-logs=errors-only', '--no-update-notifier', ...PACKAGES.map((name) => `--filter=@hookline/${name}`));
  for (const name of PACKAGES) inRoot('--dir', path.join('packages', name), 'pack', '--pack-destination', space);
  const tarballs = Object.fromEntries(PACKAGES.map((name) => [`@hookline/${name}`, `file:${globSync(path.join(space, `hookline-${name}-*.tgz`))[0]}`]));
  const project = (name: string, program: string, args: readonly string[]): string => {
    const folder = path.join(space, name);
    mkdirSync(folder);
    // The packages ask for each other by version, and no registry has them.
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, private: true, type: 'module', dependencies: tarballs, overrides: { '@hookline/core': tarballs['@hookline/core'] } }));
    execFileSync(program, ['install', ...args], { cwd: folder, stdio: 'pipe' });
    return folder;
  };
  return {
    byNpm: project('by-npm', 'npm', ['--prefer-offline', '--no-audit', '--no-fund']),
    byBun: project('by-bun', bunProgram(), []),
    remove: () => rmSync(space, { recursive: true, force: true }),
  };
}

/** A fenced sample of a package's README. */
export function sampleOf(name: string, fence: string): string {
  const readme = readFileSync(path.join(ROOT, 'packages', name, 'README.md'), 'utf8');
  const sample = readme.split(`\`\`\`${fence}\n`)[1]?.split('```')[0];
  if (sample === undefined) throw new Error(`the README of ${name} has no sample called ${fence}`);
  return sample;
}
