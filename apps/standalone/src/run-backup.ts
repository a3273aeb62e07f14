import { HooklineError } from '@hookline/core';
import { backUpDataDir } from '@hookline/store';
import type { HooklineConfig } from './config.ts';

/** `hookline backup <directory>`: what it says on stdout. The product may run meanwhile. Throws like `backUpDataDir`. */
export function runBackup(config: HooklineConfig, target: string | undefined): string {
  if (target === undefined || target === '') throw new HooklineError('config_invalid', 'backup needs a directory to copy to: backup <directory>');
  if (config.databaseUrl !== undefined) throw new HooklineError('config_invalid', 'backup copies embedded files; a libSQL server (HOOKLINE_DATABASE_URL) is backed up by its own means');
  const { files, bytes, keyLeftOut } = backUpDataDir(config.dataDir, target);
  const key = keyLeftOut ? 'The master key is NOT in it: keep master.key in another safe place. ' : 'The master key (HOOKLINE_MASTER_KEY) is NOT in it: keep it in another safe place. ';
  return `backed up ${files.length} files, ${bytes} bytes, to ${target}\n${key}To restore, put the key back and start on the copy.\n`;
}
