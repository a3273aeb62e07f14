import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The first of `names` that can be run: an absolute path as it is, a bare name as PATH has it. */
export function findProgram(...names: readonly string[]): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  for (const name of names) {
    for (const candidate of path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name))) {
      try {
        accessSync(candidate, constants.X_OK);
        return candidate;
      } catch {
        // not this one
      }
    }
  }
  return null;
}
