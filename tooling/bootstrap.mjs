// What `npm start` and `npm test` run: needs nothing but Node >= 20 and npm. It installs the locked packages when the lock file changed, then hands over to Node 24
// (the machine's own where it is new enough, else the one that comes as an npm package), and passes signals on, because npm does not. Its own words go to stderr:
// stdout belongs to the product.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildChanged } from './build-changed.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const [command = 'start', ...args] = process.argv.slice(2);

/** The product's heap is mostly short-lived text: a small young generation and early collections take a third off its memory for a tenth of its time. */
const PRODUCT_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=100'];
/** Of glibc: without them every thread keeps an arena of its own and large pieces are never given back, an eighth of the product's memory under load. */
const PRODUCT_ALLOCATOR = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' };
const SOURCE_FLAGS = ['--conditions=source', '--disable-warning=ExperimentalWarning'];

const COMMANDS = {
  start: [...PRODUCT_FLAGS, path.join(root, 'apps/standalone/dist/main.js')],
  test: [...SOURCE_FLAGS, path.join(root, 'tooling/run-tests.ts')],
  check: [...SOURCE_FLAGS, path.join(root, 'tooling/run-checks.ts')],
  bench: [...SOURCE_FLAGS, path.join(root, 'tooling/bench/src/main.ts')],
  soak: [...SOURCE_FLAGS, path.join(root, 'tooling/run-soak.ts')],
};

/** The lock file's hash is kept beside the installed packages: equal means nothing to install. */
function install() {
  const lock = createHash('sha256').update(readFileSync(path.join(root, 'pnpm-lock.yaml'))).update(readFileSync(path.join(root, 'package.json'))).digest('hex');
  const stamp = path.join(root, 'node_modules/.hookline-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write('installing packages (once)\n');
  const done = spawnSync('npx', ['-y', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--reporter=append-only'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) {
    process.stderr.write('the packages could not be installed: see above\n');
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const bundled = path.join(root, `node_modules/node-linux-${process.arch}/bin/node`);
  if (existsSync(bundled)) return bundled;
  process.stderr.write(`Node 24 is needed and there is no packaged one for ${process.platform}-${process.arch}: install Node >= 24\n`);
  process.exit(1);
}

const run = COMMANDS[command];
if (!run) {
  process.stderr.write(`unknown command ${command}: one of ${Object.keys(COMMANDS).join(', ')}\n`);
  process.exit(1);
}
install();
const node = node24();
if (command === 'start' && !(await buildChanged(root, node))) process.exit(1);
const child = spawn(node, [...run, ...args], {
  stdio: 'inherit',
  env: { ...(command === 'start' && PRODUCT_ALLOCATOR), ...process.env, PATH: [path.dirname(node), path.join(root, 'node_modules/.bin'), process.env.PATH].join(path.delimiter), TURBO_TELEMETRY_DISABLED: '1' },
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
  process.on(signal, () => {
    // a terminal has sent Ctrl-C to the child already, and a second one means something else to it
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on('error', (error) => {
  process.stderr.write(`${node} cannot be started: ${error.message}\n`);
  process.exit(1);
});
// whoever started us learns what became of the product: its own exit code, or the signal that ended it as shells report it
child.on('exit', (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code));
