import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HooklineError } from '@hookline/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { realClock } from '../../testing/real-clock.ts';
import { EmbeddedExecutor } from '../embedded/embedded-executor.ts';
import { ShardLog } from '../shard-log.ts';
import { draft, laneOp } from '../testing/sample-rows.ts';
import type { EventPage } from './event-page.ts';
import type { BatchKind, SqlExecutor, Statement } from './sql-executor.ts';
import { SqlLogBackend } from './sql-log-backend.ts';

/** An executor whose next batch fails while the statements are still on their way: they arrive when the test says so, or never. */
class LateExecutor implements SqlExecutor {
  readonly #file: EmbeddedExecutor;
  /** `store_unavailable` = an I/O error or a lost connection: nobody knows. */
  failNext = false;
  late: (() => Promise<void>) | null = null;
  opened = 0;
  constructor(file: EmbeddedExecutor) {
    this.#file = file;
  }
  open(): Promise<void> {
    this.opened++;
    return this.#file.open();
  }
  async batch(statements: readonly Statement[], kind: BatchKind): Promise<void> {
    if (!this.failNext) return this.#file.batch(statements, kind);
    this.failNext = false;
    this.late = () => this.#file.batch(statements, kind);
    throw new HooklineError('store_unavailable', 'disk I/O error');
  }
  all(...args: Parameters<SqlExecutor['all']>): ReturnType<SqlExecutor['all']> {
    return this.#file.all(...args);
  }
  events(page: EventPage): ReturnType<SqlExecutor['events']> {
    return this.#file.events(page);
  }
  durability(): Promise<string | null> {
    return this.#file.durability();
  }
  close(): Promise<void> {
    return this.#file.close();
  }
}

let folder: string;
let executor: LateExecutor;
let log: ShardLog;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hookline-log-'));
  executor = new LateExecutor(new EmbeddedExecutor(path.join(folder, 'log.db'), 0));
  log = await ShardLog.open({ backend: new SqlLogBackend(0, executor), clock: realClock, defer: setImmediate, dedupeWindowMs: 60_000 });
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true });
});

it('opens again and looks at what is on disk after an error that says nothing', async () => {
  await log.append({ events: [draft()] });
  const before = executor.opened;
  executor.failNext = true;
  await expect(log.append({ events: [draft({ callerId: 'a' })] })).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(executor.opened).toBeGreaterThan(before);
  expect(await log.append({ events: [draft({ callerId: 'a' })] })).toMatchObject({ items: [{ status: 'accepted', position: 2 }] });
});

it('keeps out a commit that arrives after its callers were told that it did not take place', async () => {
  executor.failNext = true;
  await expect(log.append({ events: [draft({ callerId: 'late' })] })).rejects.toMatchObject({ code: 'store_unavailable' });
  await expect(executor.late?.()).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(await log.append({ events: [draft({ callerId: 'late' })] })).toMatchObject({ items: [{ status: 'accepted', position: 1 }] });
  await expect(executor.late?.()).rejects.toMatchObject({ code: 'store_unavailable' });
  expect((await log.read(0, { rowsMax: 10, bytesMax: 1 << 20 })).rows).toHaveLength(1);
});

it('does not apply twice what lanes asked for, though the first try arrives late', async () => {
  executor.failNext = true;
  await log.commit([laneOp({ add: { matched: 1 } })]);
  await expect(executor.late?.()).rejects.toMatchObject({ code: 'store_unavailable' });
  expect((await log.load()).lanes).toMatchObject([{ matched: 1 }]);
});

it('says that its commits are durable', async () => {
  expect(await log.durability()).toBeNull();
});
