// Turns the SQL files that drizzle-kit makes into the module that the store runs them from: a bundled program has no folder of SQL beside it.

import { readFileSync, writeFileSync } from 'node:fs';
import { migrationsModule } from './migrations-module.ts';

const folder = new URL('./control/', import.meta.url);
const journal = JSON.parse(readFileSync(new URL('meta/_journal.json', folder), 'utf8')) as { readonly entries: readonly { readonly tag: string }[] };
const files = journal.entries.map(({ tag }) => ({ tag, sql: readFileSync(new URL(`${tag}.sql`, folder), 'utf8') }));
writeFileSync(new URL('../src/control/schema/control-migrations.ts', import.meta.url), migrationsModule(files));
