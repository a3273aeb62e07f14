// The product has one core to itself; the generator, the destinations and the brokers share another.
import { execFileSync, spawnSync } from 'node:child_process';
import os from 'node:os';

const PRODUCT_CORE = '0';
const OTHERS_CORE = '1';

export const canPin = (): boolean => process.platform === 'linux' && os.availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** This process with all its threads, and what it starts from now on. */
export function pinOthers(): void {
  execFileSync('taskset', ['-acp', OTHERS_CORE, String(process.pid)], { stdio: 'ignore' });
}

/** Goes before a command. */
export const pinnedPrefix = (): readonly string[] => (canPin() ? ['taskset', '-c', PRODUCT_CORE] : []);
