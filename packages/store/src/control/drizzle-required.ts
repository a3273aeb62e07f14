// drizzle by its CommonJS build. Its package.json is 180 KB, and Node reads it again for each of its ES modules: 190 MB of garbage and 0.7 s at start, against 20 MB
// and 0.1 s this way.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const orm = require('drizzle-orm') as typeof import('drizzle-orm');
export const sqliteCore = require('drizzle-orm/sqlite-core') as typeof import('drizzle-orm/sqlite-core');
export const sqliteProxy = require('drizzle-orm/sqlite-proxy') as typeof import('drizzle-orm/sqlite-proxy');
