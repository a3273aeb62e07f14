import path from 'node:path';
import type { ProductOptions } from '@hookline/oracle';
import { pinnedPrefix } from './cores.ts';

const BOOTSTRAP = path.resolve(import.meta.dirname, '../../bootstrap.mjs');

/** What `npm start -- --no-demo` runs. */
const START = [process.execPath, BOOTSTRAP, 'start', '--no-demo'];
/** Leaves the built product behind, so that no measurement has a build in it. */
export const PREPARE: readonly string[] = [process.execPath, BOOTSTRAP, 'start', '--print-config'];

export const productOptions = (fromSource: boolean): ProductOptions => ({ prefix: pinnedPrefix(), ...(!fromSource && { command: START }) });
