// drizzle by its CommonJS build. Its package.json is 180 KB, and Node reads it again for each of its ES modules: 190 MB of garbage and 0.7 s at start, against 20 MB
// and 0.1 s this way.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const { and, asc, desc, eq, getTableColumns, gt, inArray, isNotNull, isNull, lt, lte, or, sql } = require('drizzle-orm') as typeof import('drizzle-orm');
export const { customType, index, integer, primaryKey, sqliteTable, text, uniqueIndex } = require('drizzle-orm/sqlite-core') as typeof import('drizzle-orm/sqlite-core');
export const { drizzle } = require('drizzle-orm/sqlite-proxy') as typeof import('drizzle-orm/sqlite-proxy');
