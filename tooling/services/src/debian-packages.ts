// Programs from Debian's packages without installing them: downloaded with private lists, unpacked into a folder. Needs no root (and bears it).
import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from './run-program.ts';

const PROGRAMS = ['/usr/bin/apt-get', '/usr/bin/dpkg-deb', '/usr/bin/dpkg-query'];

export const hasDebianPackages = (): boolean => PROGRAMS.every((program) => existsSync(program));

export interface UnpackOptions {
  /** These come along even where they are installed, because they only work as one tree. */
  readonly together?: RegExp;
  /** These are left out, because whoever runs the program brings them. */
  readonly without?: RegExp;
}

/** Unpacks `name` and what it needs beyond the installed into `folder`. */
export async function unpackDebian(folder: string, name: string, { together, without }: UnpackOptions = {}): Promise<void> {
  const apt = path.join(folder, '.apt');
  for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(path.join(apt, part), { recursive: true });
  writeFileSync(path.join(apt, 'status'), '');
  const options = [`Dir::State::lists=${apt}/lists`, `Dir::Cache=${apt}/cache`, 'APT::Sandbox::User=', 'Debug::NoLocking=1'].flatMap((option) => ['-o', option]);
  const aptGet = (...args: string[]): Promise<string> => runProgram('apt-get', [...options, '-q', ...args], { cwd: apt });
  await aptGet('update');
  // as if nothing were installed: what the machine has, in whatever state, cannot get in the way of the answer
  const plan = await aptGet('-o', `Dir::State::status=${apt}/status`, '-s', '--no-install-recommends', 'install', name);
  const status = await runProgram('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\\n'], { cwd: apt });
  const installed = new Set(status.match(/^installed .*$/gm)?.map((line) => line.slice('installed '.length)));
  const needed = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, other = '']) => other);
  await aptGet('download', ...needed.filter((other) => other === name || together?.test(other) || !(installed.has(other) || without?.test(other))));
  for (const file of readdirSync(apt)) if (file.endsWith('.deb')) await runProgram('dpkg-deb', ['-x', file, folder], { cwd: apt });
  rmSync(apt, { recursive: true, force: true });
  relink(folder);
}

/** Where an unpacked tree keeps its shared libraries, for LD_LIBRARY_PATH. */
export const unpackedLibraries = (root: string): string => [`usr/lib/${TRIPLET}`, `lib/${TRIPLET}`].map((folder) => path.join(root, folder)).join(':');

const TRIPLET = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';

/** Packages link to absolute paths (their settings in /etc, jars in /usr/share): here those lead into the unpacked tree, relative, so that it can be moved. */
function relink(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = path.join(entry.parentPath, entry.name);
    const target = readlinkSync(link);
    const inside = path.join(folder, target);
    if (!path.isAbsolute(target) || !lstatSync(inside, { throwIfNoEntry: false })) continue;
    unlinkSync(link);
    symlinkSync(path.relative(path.dirname(link), inside), link);
  }
}
