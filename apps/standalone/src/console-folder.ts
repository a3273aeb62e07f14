import { fileURLToPath } from 'node:url';

/** The built console lies beside its package's manifest. */
export const consoleFolder = fileURLToPath(new URL('dist/', import.meta.resolve('@hookline/console/package.json')));
