import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '@hookline/services';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenControlStore } from '../src/control/assemble-control-store.ts';
import { openEmbeddedControlStore } from '../src/control/embedded/open-embedded-control-store.ts';
import { CONTROL_MIGRATIONS } from '../src/control/schema/control-migrations.ts';
import { realClock } from '../src/testing/real-clock.ts';

const KILLS = 8;
const ACKNOWLEDGED_PER_LIFE = 60;

let dataDir: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'hookline-kill-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(dataDir, { recursive: true });
});

const open = (): Promise<OpenControlStore> => openEmbeddedControlStore({ dataDir, retentionHours: 72, contentBytesMax: 1e9, clock: realClock });

function run(script: string, ...args: readonly string[]): ChildProcess {
  child = spawn(process.execPath, ['--conditions=source', fileURLToPath(new URL(script, import.meta.url)), dataDir, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return child;
}
const gone = (running: ChildProcess): Promise<void> => new Promise((resolve) => running.once('close', () => resolve()));

/** Numbers that the writer acknowledged until it was killed in the middle of its work. */
async function lifeOf(first: number): Promise<number[]> {
  const writer = run('./control-writer.ts', String(first));
  const acknowledged: number[] = [];
  createInterface({ input: writer.stdout! }).on('line', (line) => {
    acknowledged.push(Number(line));
    if (acknowledged.length === ACKNOWLEDGED_PER_LIFE) writer.kill('SIGKILL');
  });
  await gone(writer);
  return acknowledged;
}

describe('kill -9 in the middle of writes', () => {
  it('loses nothing that was acknowledged', async () => {
    const acknowledged: number[] = [];
    for (let life = 0; life < KILLS; life++) acknowledged.push(...(await lifeOf(1 + life * 100_000)));
    const store = await open();
    const lost: string[] = [];
    for (const n of acknowledged) {
      const state = await store.profiles.get(n, 1, `p${n}`);
      if (!store.accounts.exists(n)) lost.push(`account ${n}`);
      if (state.kind !== 'stored' || state.fields !== `{"n":${n}}`) lost.push(`profile ${n}`);
      if ((await store.content.get(n, 'ref', Date.now())) !== `{"n":${n}}`) lost.push(`content ${n}`);
    }
    expect([acknowledged.length >= KILLS * ACKNOWLEDGED_PER_LIFE, lost]).toEqual([true, []]);
    await store.close();
    const file = new Database(join(dataDir, 'control.db'));
    expect(file.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    file.close();
  });
});

describe('kill -9 in the middle of a migration', () => {
  const count = CONTROL_MIGRATIONS[0]!.statements.length;

  it.each([0, 1, Math.floor(count / 2), count])('after %i of its statements leaves it not begun, and the next start does it whole', async (statements) => {
    const migrator = run('./control-migrator.ts', String(statements));
    const path = join(dataDir, 'control.db');
    await waitUntil('the migration to hold the writer’s lock', () => isLocked(path), { deadlineMs: 20_000 });
    migrator.kill('SIGKILL');
    await gone(migrator);
    expect(tablesIn(path)).toEqual(['migration']);
    const store = await open();
    await store.accounts.put(1, 'works', 1);
    expect([await store.health(), (await store.accounts.get(1))?.name]).toEqual([null, 'works']);
    await store.close();
  });
});

/** The bookkeeping table is committed before the migration begins. */
function isLocked(path: string): boolean {
  const file = new Database(path);
  try {
    return tablesOf(file).includes('migration') && !canWrite(file);
  } catch (error: unknown) {
    if ((error as { readonly code?: unknown }).code === 'SQLITE_BUSY') return false;
    throw error;
  } finally {
    file.close();
  }
}

function canWrite(file: Database.Database): boolean {
  try {
    file.exec('begin immediate; rollback');
    return true;
  } catch (error: unknown) {
    if ((error as { readonly code?: unknown }).code === 'SQLITE_BUSY') return false;
    throw error;
  }
}

function tablesIn(path: string): string[] {
  const file = new Database(path);
  const names = tablesOf(file);
  file.close();
  return names;
}

function tablesOf(file: Database.Database): string[] {
  return (file.prepare("select name from sqlite_master where type = 'table'").all() as { readonly name: string }[]).map(({ name }) => name);
}
