// drizzle for a bundle, where nothing can be required.

import * as orm from 'drizzle-orm';
import * as sqliteCore from 'drizzle-orm/sqlite-core';
import * as sqliteProxy from 'drizzle-orm/sqlite-proxy';

export { orm, sqliteCore, sqliteProxy };
