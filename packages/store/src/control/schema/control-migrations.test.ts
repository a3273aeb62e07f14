import { readFileSync } from 'node:fs';
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api';
import { expect, it } from 'vitest';
import { migrationsModule } from '../../../migrations/migrations-module.ts';
import * as control from './control-schema.ts';
import * as exports from './export-schema.ts';
import * as profiles from './profile-schema.ts';
import * as sessions from './session-schema.ts';
import * as users from './user-schema.ts';
import * as visitors from './visitor-schema.ts';

const folder = new URL('../../../migrations/control/', import.meta.url);
const { entries } = JSON.parse(readFileSync(new URL('meta/_journal.json', folder), 'utf8')) as {
  readonly entries: readonly { readonly idx: number; readonly tag: string }[];
};

it('the module holds the SQL files as they are', () => {
  const files = entries.map(({ tag }) => ({ tag, sql: readFileSync(new URL(`${tag}.sql`, folder), 'utf8') }));
  expect(readFileSync(new URL('./control-migrations.ts', import.meta.url), 'utf8')).toBe(migrationsModule(files));
});

it('the schema has no change without a migration', async () => {
  const last = JSON.parse(readFileSync(new URL(`meta/${String(entries.at(-1)!.idx).padStart(4, '0')}_snapshot.json`, folder), 'utf8'));
  expect(await generateSQLiteMigration(last, await generateSQLiteDrizzleJson({ ...control, ...exports, ...profiles, ...sessions, ...users, ...visitors }, last.id))).toEqual([]);
});
