import { spawnSync } from 'node:child_process';
import path from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { lockDataDir, openEmbeddedEventLog } from '../../src/log/embedded/open-embedded-log.ts';
import { draft } from '../../src/log/testing/sample-rows.ts';
import { realClock } from '../../src/testing/real-clock.ts';
import { waitFor } from '../../src/testing/wait-for.ts';
import { startChild, useDataDir } from './log-child.ts';

const KILLS = 20;
const DAY_MS = 86_400_000;
const use = useDataDir();
const open = () => openEmbeddedEventLog({ dataDir: use(), clock: realClock, dedupeWindowMs: DAY_MS });

/** `<caller's id> <position>` lines of a process. */
const acknowledgedOf = (lines: readonly string[]): [string, number][] =>
  lines.filter((line) => /^life\S+ \d+$/.test(line)).map((line) => [line.split(' ')[0] as string, Number(line.split(' ')[1])]);

async function lost(acknowledged: readonly [string, number][]): Promise<string[]> {
  const log = await open();
  const places = new Map((await log.readAt(acknowledged.map(([, position]) => position).sort((a, b) => a - b))).map((row) => [row.position, row.eventId]));
  const missing = acknowledged.filter(([id, position]) => places.get(position) !== id).map(([id]) => id);
  const again = await log.append({ events: acknowledged.slice(-900).map(([callerId]) => draft({ callerId })) });
  const doubled = again.kind === 'stored' ? again.items.filter((item) => item.status !== 'duplicate').map((item) => item.eventId) : ['everything'];
  await log.close();
  return [...missing, ...doubled];
}

describe('kill -9 in the middle of appends', () => {
  it(`loses nothing that was acknowledged in ${KILLS} lives, and gives no place twice`, async () => {
    const acknowledged: [string, number][] = [];
    const ends: number[] = [];
    for (let life = 0; life < KILLS; life++) {
      const enough = 30 + ((life * 37) % 150);
      const child = startChild('./append-loop.ts', [use(), `life${life}`], () => child.lines.length > enough && child.process.kill('SIGKILL'));
      await child.gone;
      ends.push(Number(child.lines[0]?.split(' ')[1]));
      acknowledged.push(...acknowledgedOf(child.lines));
      expect(Math.max(...acknowledged.map(([, position]) => position))).toBeGreaterThan(ends.at(-1) as number);
    }
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(new Set(acknowledged.map(([, position]) => position)).size).toBe(acknowledged.length);
    expect(acknowledged.length).toBeGreaterThan(KILLS * 30);
    expect(await lost(acknowledged)).toEqual([]);
    const file = new Database(path.join(use(), 'log.db'));
    expect(file.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    file.close();
  });
});

describe('the data directory', () => {
  it('belongs to one process, and to the next one as soon as that is dead', async () => {
    const first = startChild('./append-loop.ts', [use(), 'life1']);
    await waitFor(() => first.lines.length > 3);
    const second = startChild('./append-loop.ts', [use(), 'life2']);
    await second.gone;
    expect(second.lines).toEqual(['refused config_invalid']);
    expect(() => lockDataDir(use())).toThrow(/another process/);
    first.process.kill('SIGKILL');
    await first.gone;
    const unlock = lockDataDir(use());
    expect(() => lockDataDir(use())).toThrow(/another process/);
    unlock();
    lockDataDir(use())();
  });
});

const canTrace = spawnSync('strace', ['-f', '-e', 'trace=none', 'true']).status === 0;

describe('a disk that answers EIO', () => {
  it.skipIf(!canTrace)('makes no acknowledgement false, and appends go on once it works again', async () => {
    // Of each thread the fifteenth sync and the five after it fail: the writer is open by then.
    const inject = ['strace', '-f', '-qq', '-o', path.join(use(), 'trace'), '-e', 'trace=fdatasync,fsync', '-e', 'inject=fdatasync,fsync:error=EIO:when=15..20'];
    const child = startChild('./append-loop.ts', [use(), 'life1'], undefined, inject);
    await waitFor(() => child.lines.some((line) => line.startsWith('failed')) && acknowledgedOf(child.lines.slice(child.lines.findLastIndex((line) => line.startsWith('failed')))).length > 30);
    process.kill(Number(child.lines[0]?.split(' ')[2]), 'SIGKILL');
    await child.gone;
    expect(new Set(child.lines.filter((line) => line.startsWith('failed')).map((line) => line.split(' ')[2]))).toEqual(new Set(['store_unavailable']));
    expect(await lost(acknowledgedOf(child.lines))).toEqual([]);
  });
});
