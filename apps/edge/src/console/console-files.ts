import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';

// The built console, read once into memory: a megabyte, and nothing that a request names is ever a path on the disk.

const gzip = promisify(gzipCallback);

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.woff2': 'font/woff2',
};
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.svg']);

export interface ConsoleFile {
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Made when it is first asked for; null = not worth it. */
  gzipped(): Promise<Uint8Array<ArrayBuffer> | null>;
}

/** By path from the root, `/index.html`. null = it was not built. */
export function loadConsoleFiles(folder: string): ReadonlyMap<string, ConsoleFile> | null {
  try {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    const files = new Map(names.flatMap((name): [string, ConsoleFile][] => {
      const mediaType = MEDIA_TYPES[path.extname(name)];
      return mediaType === undefined ? [] : [[`/${path.relative(folder, name).split(path.sep).join('/')}`, createFile(name, mediaType)]];
    }));
    return files.has('/index.html') ? files : null;
  } catch {
    return null;
  }
}

function createFile(name: string, mediaType: string): ConsoleFile {
  const bytes = new Uint8Array(readFileSync(name));
  let made: Promise<Uint8Array<ArrayBuffer>> | undefined;
  return {
    mediaType,
    bytes,
    gzipped: async () => (COMPRESSIBLE.has(path.extname(name)) ? (made ??= gzip(bytes, { level: 9 }).then((zipped) => new Uint8Array(zipped))) : null),
  };
}
