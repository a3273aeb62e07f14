import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEmbeddedEventLog } from '../../src/log/embedded/open-embedded-log.ts';
import type { ShardLog } from '../../src/log/shard-log.ts';
import { draft, laneOp } from '../../src/log/testing/sample-rows.ts';
import { realClock } from '../../src/testing/real-clock.ts';
import { waitFor } from '../../src/testing/wait-for.ts';
import { startChild, useDataDir } from './log-child.ts';

const MIB = 1024 * 1024;
const use = useDataDir();
const open = (dataDir: string): Promise<ShardLog> => openEmbeddedEventLog({ dataDir, clock: realClock, dedupeWindowMs: 86_400_000 });
const walBytes = (): number => statSync(path.join(use(), 'log.db-wal'), { throwIfNoEntry: false })?.size ?? 0;

/** Always the same numbers, so that a failure comes again. */
function* numbers(seed: number): Generator<number, never> {
  for (let x = seed; ; ) yield (x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

describe('a write-ahead log that lost its end', () => {
  const COMMITS = 60;
  it('is read up to a whole commit, wherever it is cut or bent', async () => {
    const source = path.join(use(), 'source');
    const log = await open(source);
    for (let n = 1; n <= COMMITS; n++) await log.append({ events: [draft({ callerId: `c${n}-a` }), draft({ callerId: `c${n}-b`, base: 'x'.repeat(n * 300) }), draft({ callerId: `c${n}-c` })] });
    const wal = readFileSync(path.join(source, 'log.db-wal'));
    const random = numbers(42);
    const ends: number[] = [];
    for (let image = 0; image < 24; image++) {
      const copy = path.join(use(), `image-${image}`);
      mkdirSync(copy);
      copyFileSync(path.join(source, 'log.db'), path.join(copy, 'log.db'));
      // The first part made the tables: a database that is cut there was never opened.
      const at = Math.floor(wal.length * (0.4 + 0.6 * random.next().value));
      const bent = Buffer.from(wal);
      bent[at] = (bent[at] as number) ^ 0xff;
      writeFileSync(path.join(copy, 'log.db-wal'), image % 2 === 0 ? wal.subarray(0, at) : bent);
      const opened = await open(copy);
      const end = opened.end();
      ends.push(end);
      expect(end % 3).toBe(0);
      const rows = await opened.read(0, { rowsMax: 1_000, bytesMax: 1 << 30 });
      expect(rows.rows.map((row) => row.kind === 'event' && row.eventId)).toEqual(Array.from({ length: end }, (_, i) => `c${Math.floor(i / 3) + 1}-${'abc'[i % 3]}`));
      const next = await opened.append({ events: [draft({ callerId: 'next' }), draft({ callerId: 'c1-a' })] });
      expect(next).toMatchObject({ items: [{ status: 'accepted', position: end + 1 }, end > 0 ? { status: 'duplicate', position: 1 } : { status: 'accepted' }] });
      await opened.close();
    }
    expect(new Set(ends).size).toBeGreaterThan(10);
    await log.close();
  });
});

describe('somebody else holds the write lock', () => {
  async function appendUnderLock(ms: number): Promise<{ log: ShardLog; outcome: string; ticks: number }> {
    const log = await open(use());
    await log.append({ events: [draft()] });
    const holder = startChild('./hold-write-lock.ts', [path.join(use(), 'log.db'), String(ms)]);
    await waitFor(() => holder.lines.includes('held'));
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    const outcome = await log.append({ events: [draft({ callerId: 'mine' })] }).then(
      (result) => result.kind,
      (error: { code: string }) => error.code,
    );
    clearInterval(ticking);
    await holder.gone;
    return { log, outcome, ticks };
  }

  it('half a second: nobody hears of it', async () => {
    const { log, outcome, ticks } = await appendUnderLock(500);
    expect(outcome).toBe('stored');
    expect(log.end()).toBe(2);
    expect(ticks).toBeGreaterThan(5);
    await log.close();
  });

  it('three seconds: the append is refused, nothing of it is stored, and this process goes on meanwhile', async () => {
    const { log, outcome, ticks } = await appendUnderLock(3_000);
    expect(outcome).toBe('store_unavailable');
    expect(ticks).toBeGreaterThan(20);
    await waitFor(() => log.trouble() === null);
    expect(await log.append({ events: [draft({ callerId: 'mine' })] })).toMatchObject({ items: [{ status: 'accepted', position: 2 }] });
    await log.close();
  });
});

describe('the write-ahead log', () => {
  it('stays small under many short readers', async () => {
    const log = await open(use());
    let done = false;
    let pages = 0;
    let largest = 0;
    const readers = Array.from({ length: 4 }, async () => {
      for (let after = 0; !done; pages++) {
        const page = await log.read(after, { rowsMax: 50, bytesMax: MIB });
        after = page.rows.length === 0 ? 0 : page.through;
        await new Promise(setImmediate);
      }
    });
    for (let n = 0; n < 1_200; n++) {
      await log.append({ events: Array.from({ length: 100 }, () => draft({ base: 'x'.repeat(1_000) })) });
      largest = Math.max(largest, walBytes());
    }
    done = true;
    await Promise.all(readers);
    expect(pages).toBeGreaterThan(100);
    expect(largest).toBeLessThan(64 * MIB);
    await log.close();
  });

  it('stays small under single appends and lane commits, which write whole pages', async () => {
    const log = await open(use());
    let largest = 0;
    let written = 0;
    for (let n = 0; n < 5_000; n++) {
      const before = walBytes();
      await Promise.all([log.append({ events: [draft({ callerId: `id-${n}` })] }), log.commit([laneOp({ add: { attempts: 1 } })])]);
      written += Math.max(0, walBytes() - before);
      largest = Math.max(largest, walBytes());
    }
    expect(written).toBeGreaterThan(80 * MIB);
    expect(largest).toBeLessThan(72 * MIB);
    await log.close();
  });
});

const mounts = ['unshare', '--user', '--map-root-user', '--mount'];
const canMount = spawnSync(mounts[0] as string, [...mounts.slice(1), 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status === 0;

describe('a disk that gets full', () => {
  it.skipIf(!canMount)('refuses events and says why, settles what is open, and takes events again by itself', async () => {
    const child = startChild('./fill-disk.ts', [use()], () => {}, [...mounts, 'sh', '-c', `mount -t tmpfs -o size=72m tmpfs ${use()} && exec "$@"`, 'sh']);
    await child.gone;
    const { full, again, refusals, endAfterStart } = JSON.parse(child.lines.join('')) as Record<'full' | 'again', Record<string, unknown>> & { refusals: string[]; endAfterStart: number };
    expect(full).toEqual({ accepted: full['stored'], stored: expect.any(Number), attempts: 100, trouble: 'storage_full' });
    expect(full['stored']).toBeGreaterThan(100);
    expect(refusals).toEqual(['storage_full']);
    expect(again).toEqual({ resumed: true, accepted: again['stored'], stored: expect.any(Number), end: again['stored'] });
    expect(again['stored']).toBeGreaterThan(full['stored'] as number);
    expect(endAfterStart).toBe(again['end']);
  });
});
