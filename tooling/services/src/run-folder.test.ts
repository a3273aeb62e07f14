import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nameProcess, processStamp } from './process-stamp.ts';
import { createRunFolder, sweepRunFolders } from './run-folder.ts';
import { waitUntil } from './wait-until.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'run-folder-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** Another test process: makes a folder with one child that would run for ever, bound to it or not, and prints both. */
async function otherOwner(bound: boolean): Promise<{ owner: number; folder: string; child: number; kill: () => void }> {
  const script = `
    import { spawn } from 'node:child_process';
    import { createRunFolder } from ${JSON.stringify(new URL('run-folder.ts', import.meta.url).href)};
    import { spawnBound } from ${JSON.stringify(new URL('bound-process.ts', import.meta.url).href)};
    const folder = createRunFolder('other', ${JSON.stringify(parent)});
    const pid = ${bound} ? spawnBound(['sleep', '600'], { folder, log: folder.path + '/log' }).pid : spawn('sleep', ['600']).pid;
    ${bound} || folder.register(pid);
    console.log(JSON.stringify({ folder: folder.path, child: pid }));
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(owner.stdout, 'data')) as [Buffer];
  return { owner: owner.pid ?? 0, kill: () => void owner.kill('SIGKILL'), ...(JSON.parse(line.toString()) as { folder: string; child: number }) };
}

it('ends and deletes what a killed owner left, and nothing of a living one', async () => {
  const dead = await otherOwner(false);
  const living = await otherOwner(false);
  dead.kill();
  await waitUntil('the owner to be gone', () => processStamp(dead.owner) === null, { deadlineMs: 5000 });
  expect(processStamp(dead.child)).not.toBeNull();
  sweepRunFolders(parent);
  await waitUntil('the child to be gone', () => processStamp(dead.child) === null, { deadlineMs: 5000 });
  expect(existsSync(dead.folder)).toBe(false);
  expect(existsSync(living.folder)).toBe(true);
  expect(processStamp(living.child)).not.toBeNull();
  living.kill();
  await waitUntil('the other owner to be gone', () => processStamp(living.owner) === null, { deadlineMs: 5000 });
  sweepRunFolders(parent);
});

it.runIf(process.platform === 'linux')('lets no bound child outlive a kill -9 of its owner', async () => {
  const { child, kill } = await otherOwner(true);
  expect(processStamp(child)).not.toBeNull();
  kill();
  await waitUntil('the child to be gone', () => processStamp(child) === null, { deadlineMs: 5000 });
  expect(processStamp(child)).toBeNull();
});

it('keeps the names of its children where a later sweep finds them', () => {
  const folder = createRunFolder('mine', parent);
  folder.register(process.pid);
  const { owner, children } = JSON.parse(readFileSync(path.join(folder.path, 'processes.json'), 'utf8')) as { owner: object; children: object[] };
  expect(owner).toEqual(nameProcess(process.pid));
  expect(children).toEqual([nameProcess(process.pid)]);
});
