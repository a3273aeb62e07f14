import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

// Each comes as an npm package with one package more for each platform. What stands in `.bin` is a launcher in between: ending it would leave the program running.

const { platform, arch } = process;
const here = createRequire(import.meta.url);

export const denoProgram = (): string => packagedProgram('deno', [`@deno/${platform}-${arch}-glibc/deno`, `@deno/${platform}-${arch}/deno`]);
export const bunProgram = (): string => packagedProgram('bun', ['./bin/bun.exe', `@oven/bun-${platform}-${arch === 'arm64' ? 'aarch64' : arch}/bin/bun`]);
/** A script for Node. */
export const wranglerProgram = (): string => path.join(path.dirname(here.resolve('wrangler/package.json')), 'bin/wrangler.js');

function packagedProgram(launcher: string, candidates: readonly string[]): string {
  const beside = createRequire(here.resolve(`${launcher}/package.json`));
  for (const candidate of candidates) {
    try {
      const file = beside.resolve(candidate);
      if (existsSync(file)) return file;
    } catch {
      // Not the package of this platform.
    }
  }
  throw new Error(`${launcher} is not there for ${platform}-${arch}: pnpm install brings it where it exists`);
}
