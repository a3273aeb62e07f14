// Migrations run at start, each in one atomic unit with its bookkeeping row: a kill leaves a migration done or not begun.

import { HooklineError } from '@hookline/core';
import type { SqlRunner } from './control-sql.ts';

export interface Migration {
  readonly tag: string;
  readonly statements: readonly string[];
}

const BOOKKEEPING = 'create table if not exists migration (number integer primary key, tag text not null)';

/** Brings the database to the last of `migrations`. A database that has others was made by another version of the product: `config_invalid`. */
export async function migrate(runner: SqlRunner, migrations: readonly Migration[]): Promise<void> {
  await runner.write([{ sql: BOOKKEEPING, params: [] }]);
  for (let done = await readDone(runner, migrations); done < migrations.length; done++) {
    const migration = migrations[done]!;
    try {
      await runner.write([
        { sql: 'insert into migration (number, tag) values (?, ?)', params: [done, migration.tag] },
        ...migration.statements.map((sql) => ({ sql, params: [] })),
      ]);
    } catch (error: unknown) {
      // Another process that starts at the same moment may have done it.
      if ((await readDone(runner, migrations)) <= done) throw error;
    }
  }
}

async function readDone(runner: SqlRunner, migrations: readonly Migration[]): Promise<number> {
  const [rows] = await runner.read([{ sql: 'select number, tag from migration order by number', params: [] }]);
  for (const [index, [number, tag]] of rows!.entries()) {
    if (number !== index || tag !== migrations[index]?.tag)
      throw new HooklineError(
        'config_invalid',
        `the control data has migration ${String(tag)}, which this version does not know: it was made by another version`,
      );
  }
  return rows!.length;
}
