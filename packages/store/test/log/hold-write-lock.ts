// A process that holds the write lock of a database for some milliseconds. Arguments: the file, how long.
import { writeSync } from 'node:fs';
import Database from 'libsql';

const [file = '', ms = ''] = process.argv.slice(2);
const db = new Database(file, { timeout: 5_000 });
db.exec('BEGIN IMMEDIATE');
writeSync(1, 'held\n');
setTimeout(() => {
  db.exec('COMMIT');
  writeSync(1, 'released\n');
}, Number(ms));
