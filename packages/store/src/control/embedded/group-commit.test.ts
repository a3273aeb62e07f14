import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SqlRows, SqlStatement } from '../control-sql.ts';
import { BULK_SLICE_MS, createGroupCommit } from './group-commit.ts';
import type { GroupCommit } from './group-commit.ts';
import { durabilityProblem, openReader, openWriter } from './sql-file.ts';
import type { SqlFile } from './sql-file.ts';

const insert = (n: number): SqlStatement => ({ sql: 'insert into t (n) values (?) returning n', params: [n] });

describe('a group commit', () => {
  let folder: string;
  let file: SqlFile;
  let commits = 0;
  let monotonicMs = 0;
  let group: GroupCommit;
  const answers = new Map<string, string>();

  /** The writer's file, with its commits counted and bulk work taking time. */
  function counted(real: SqlFile): SqlFile {
    const database = Object.create(real.database, {
      exec: {
        value: (sql: string) => {
          real.database.exec(sql);
          if (sql === 'commit') commits++;
        },
      },
      inTransaction: { get: () => real.database.inTransaction },
    }) as SqlFile['database'];
    const run = (statement: SqlStatement): SqlRows => {
      if (statement.sql.startsWith('insert')) monotonicMs += 2;
      return real.run(statement);
    };
    return { ...real, database, run };
  }

  /** A unit that is answered twice shows both. */
  function answer(name: string, text: string): void {
    answers.set(name, answers.has(name) ? `${answers.get(name)} then ${text}` : text);
  }

  function add(name: string, statements: readonly SqlStatement[], bulk = false): void {
    group.add({
      statements,
      bulk,
      resolve: (rows: readonly SqlRows[]) => answer(name, JSON.stringify(rows)),
      reject: ({ code }) => answer(name, code),
    });
  }
  const stored = (): unknown[] => file.run({ sql: 'select n from t order by n', params: [] }).flat();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hookline-group-'));
    file = openWriter(join(folder, 'a.db'));
    file.database.exec('create table t (n integer primary key)');
    [commits, monotonicMs] = [0, 0];
    answers.clear();
    const spied = counted(file);
    group = createGroupCommit(
      () => spied,
      () => monotonicMs,
    );
  });
  afterEach(() => {
    file.close();
    rmSync(folder, { recursive: true });
  });

  it('takes all that waits into one transaction', () => {
    for (let n = 1; n <= 10; n++) add(`u${n}`, [insert(n)]);
    expect([group.commit(), group.waiting(), commits]).toEqual([true, false, 1]);
    expect([answers.size, answers.get('u10'), stored().length]).toEqual([10, '[[[10]]]', 10]);
  });

  it('lets a failing unit fail alone and whole', () => {
    add('good', [insert(1)]);
    add('bad', [insert(2), insert(1)]);
    add('also good', [insert(3)]);
    expect(group.commit()).toBe(true);
    expect([answers.get('good'), answers.get('bad'), answers.get('also good')]).toEqual(['[[[1]]]', 'SQLITE_CONSTRAINT_PRIMARYKEY', '[[[3]]]']);
    expect(stored()).toEqual([1, 3]);
  });

  it('answers what a reader then sees', () => {
    const reader = openReader(join(folder, 'a.db'));
    const seen: unknown[] = [];
    group.add({ statements: [insert(1)], bulk: false, resolve: () => seen.push(reader.run({ sql: 'select n from t', params: [] })), reject: () => {} });
    group.commit();
    expect(seen).toEqual([[[1]]]);
    reader.close();
  });

  it('gives bulk units a slice of time and everybody else their turn in between', () => {
    for (let n = 1; n <= 9; n++) add(`bulk${n}`, [insert(n)], true);
    const unitsPerSlice = Math.ceil(BULK_SLICE_MS / 2);
    group.commit();
    expect([answers.size, group.waiting()]).toEqual([unitsPerSlice, true]);
    add('single', [insert(100)]);
    group.commit();
    expect([answers.has('single'), answers.size]).toEqual([true, 2 * unitsPerSlice + 1]);
    group.commit();
    expect([group.waiting(), commits]).toEqual([false, 3]);
  });

  it('rejects the whole group when the commit fails, and goes on with a file that is opened anew', () => {
    const broken = counted(file);
    const failing: SqlFile = {
      ...broken,
      database: Object.create(broken.database, {
        exec: {
          value: (sql: string) => {
            if (sql === 'commit') throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' });
            file.database.exec(sql);
          },
        },
      }) as SqlFile['database'],
    };
    let current = failing;
    group = createGroupCommit(
      () => current,
      () => monotonicMs,
    );
    add('a', [insert(1)]);
    add('b', [insert(2)], true);
    expect([group.commit(), answers.get('a'), answers.get('b')]).toEqual([false, 'SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_FSYNC']);
    file.close();
    file = openWriter(join(folder, 'a.db'));
    current = file;
    add('c', [insert(3)]);
    expect([group.commit(), answers.get('c'), stored()]).toEqual([true, '[[[3]]]', [3]]);
  });
});

describe('a writer’s file', () => {
  it('is durable, and says so when it no longer is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hookline-writer-'));
    const file = openWriter(join(folder, 'a.db'));
    expect(durabilityProblem(file)).toBeNull();
    file.database.pragma('synchronous = NORMAL');
    expect(durabilityProblem(file)).toContain('synchronous');
    file.close();
    rmSync(folder, { recursive: true });
  });
});
