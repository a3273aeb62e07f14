import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasDebianPackages, unpackDebian, unpackedLibraries } from '../debian-packages.ts';
import { findProgram } from '../find-program.ts';
import { fetchOnce } from '../repository-cache.ts';

export interface RabbitmqInstall {
  readonly server: string;
  readonly control: string;
  readonly epmd: string;
  /** What the scripts need to find the Erlang that belongs to them. */
  readonly env: Readonly<Record<string, string>>;
}

/** Debian's own script: the one on PATH changes the user. */
const DEBIAN_FOLDER = 'usr/lib/rabbitmq/bin';
const ERLANG_FOLDER = 'usr/lib/erlang';

export function installedRabbitmq(): RabbitmqInstall | null {
  const server = findProgram(`/${DEBIAN_FOLDER}/rabbitmq-server`, 'rabbitmq-server');
  const control = findProgram(`/${DEBIAN_FOLDER}/rabbitmqctl`, 'rabbitmqctl');
  const epmd = findEpmd(`/${ERLANG_FOLDER}`) ?? findProgram('epmd');
  return server && control && epmd ? { server, control, epmd, env: {} } : null;
}

/** From Debian's packages into the cache: about 10 s and 60 MB, once. */
export async function fetchRabbitmq(): Promise<RabbitmqInstall> {
  if (!hasDebianPackages()) throw new Error('it is not installed, and there are no Debian packages to unpack it from');
  const root = await fetchOnce('rabbitmq', async (folder) => {
    await unpackDebian(folder, 'rabbitmq-server', { together: /^erlang-/ });
    const erl = path.join(folder, ERLANG_FOLDER, 'bin/erl');
    // Debian writes its own absolute path in, and the script listens to nothing else
    writeFileSync(erl, readFileSync(erl, 'utf8').replaceAll(`ROOTDIR=/${ERLANG_FOLDER}`, 'ROOTDIR="$(cd "$progdir/.." && pwd)"'));
  });
  const erlang = path.join(root, ERLANG_FOLDER);
  return {
    server: path.join(root, DEBIAN_FOLDER, 'rabbitmq-server'),
    control: path.join(root, DEBIAN_FOLDER, 'rabbitmqctl'),
    epmd: findEpmd(erlang) ?? 'epmd',
    env: { PATH: `${path.join(erlang, 'bin')}:${process.env['PATH']}`, LD_LIBRARY_PATH: unpackedLibraries(root) },
  };
}

function findEpmd(erlang: string): string | null {
  try {
    const runtime = readdirSync(erlang).find((name) => name.startsWith('erts-'));
    return runtime ? findProgram(path.join(erlang, runtime, 'bin/epmd')) : null;
  } catch {
    return null;
  }
}
