// What we use of drizzle, from wherever it is to be had.

import { orm, sqliteCore, sqliteProxy } from '#drizzle-orm';

export const { and, asc, desc, eq, getTableColumns, gt, inArray, isNotNull, isNull, lt, lte, or, sql } = orm;
export const { customType, index, integer, primaryKey, sqliteTable, text, uniqueIndex } = sqliteCore;
export const { drizzle } = sqliteProxy;
