import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SqlRunner, SqlStatement } from '../control-sql.ts';
import { openEmbeddedSql } from './embedded-sql.ts';

const sql = (text: string, ...params: SqlStatement['params'][number][]): SqlStatement => ({ sql: text, params });
const INSERT = 'insert into t (body) values (?)';

describe('a file behind its threads', () => {
  let folder: string;
  let runner: SqlRunner;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hookline-sql-'));
    runner = await openEmbeddedSql(join(folder, 'a.db'));
    await runner.write([sql('create table t (id integer primary key, body text)')]);
  });
  afterEach(async () => {
    await runner.close();
    rmSync(folder, { recursive: true });
  });
  const count = async (): Promise<unknown> => (await runner.read([sql('select count(*) from t')]))[0]![0]![0];

  it('says that the disk is full, keeps what it had, and goes on when there is room', async () => {
    await runner.write([sql(INSERT, 'first')]);
    await runner.write([sql('pragma max_page_count = 20')]);
    await expect(runner.write([sql(INSERT, 'x'.repeat(200_000))])).rejects.toMatchObject({ code: 'storage_full' });
    expect(await count()).toBe(1);
    await runner.write([sql('pragma max_page_count = 100000')]);
    await runner.write([sql(INSERT, 'x'.repeat(200_000))]);
    expect([await count(), await runner.health()]).toEqual([2, null]);
  });

  it('refuses more than it lets wait, and serves again afterwards', async () => {
    const body = 'x'.repeat(10 * 1024 * 1024);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        runner.write([sql(INSERT, body)]).then(
          () => 'stored',
          (error: { readonly code: string }) => error.code,
        ),
      ),
    );
    expect([answers.filter((answer) => answer === 'stored').length, answers.at(-1)]).toEqual([6, 'overloaded']);
    await runner.write([sql(INSERT, 'after')]);
    expect(await count()).toBe(7);
  });

  it('does not write by its reading connection', async () => {
    await expect(runner.read([sql(INSERT, 'x')])).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await count()).toBe(0);
  });

  it('lets no statement make it less durable', async () => {
    await expect(runner.write([sql('pragma synchronous = normal')])).rejects.toMatchObject({ code: 'invariant_broken' });
    expect(await runner.health()).toBeNull();
  });
});

describe('a file that cannot be opened', () => {
  it('is a rejection, with nothing left running', async () => {
    await expect(openEmbeddedSql('/proc/none/a.db')).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
