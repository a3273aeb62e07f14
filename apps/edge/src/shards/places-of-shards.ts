import { HooklineError } from '@hookline/core';

export interface ShardPlace {
  readonly url: string;
  /** By which its durability is set and verified. */
  readonly adminUrl: string;
}

export interface ShardSettings {
  readonly databaseUrl: string | undefined;
  readonly databaseAdminUrl: string | undefined;
  readonly logUrls: readonly string[];
  readonly logAdminUrls: readonly string[];
}

/** Where each shard of the event log lies, by its number; none = in the data directory. Throws `config_invalid`. */
export function placesOfShards({ databaseUrl, databaseAdminUrl, logUrls, logAdminUrls }: ShardSettings): readonly ShardPlace[] {
  if (databaseUrl === undefined) {
    if (logUrls.length > 0) throw new HooklineError('config_invalid', 'HOOKLINE_LOG_URLS needs HOOKLINE_DATABASE_URL: shards on servers go with control data on a server');
    return [];
  }
  if (databaseAdminUrl === undefined) throw new HooklineError('config_invalid', 'HOOKLINE_DATABASE_ADMIN_URL is needed with HOOKLINE_DATABASE_URL: a libSQL server syncs nothing until it is told to, and that has to be verified');
  if (logAdminUrls.length > 0 && logAdminUrls.length !== logUrls.length) throw new HooklineError('config_invalid', 'HOOKLINE_LOG_ADMIN_URLS must name an admin API for each of HOOKLINE_LOG_URLS');
  if (logUrls.length === 0) return [{ url: databaseUrl, adminUrl: databaseAdminUrl }];
  return logUrls.map((url, shard) => ({ url, adminUrl: logAdminUrls[shard] ?? databaseAdminUrl }));
}
