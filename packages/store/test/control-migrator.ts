// Run by the kill test: begins the first migration and never gets past the given number of its statements.

import { join } from 'node:path';
import { openEmbeddedSql } from '../src/control/embedded/embedded-sql.ts';
import { migrate } from '../src/control/migrate.ts';
import { CONTROL_MIGRATIONS } from '../src/control/schema/control-migrations.ts';

const ENDLESS = 'with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n';
const [, , dataDir, count] = process.argv as [string, string, string, string];
const [first] = CONTROL_MIGRATIONS;
const runner = await openEmbeddedSql(join(dataDir, 'control.db'));
await migrate(runner, [{ tag: first!.tag, statements: [...first!.statements.slice(0, Number(count)), ENDLESS] }]);
