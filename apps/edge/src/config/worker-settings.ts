import { EDGE_SETTINGS } from './edge-settings.ts';
import { integer, optional, origin, type Setting, text, token, url } from './setting.ts';

const { port: _, host: __, dataDir: ___, placeFile: ____, logUrls: _____, logAdminUrls: ______, shard: _______, edgeUrls: ________, relayUrls: _________, retentionDays: __________, retentionBytes: ___________, ...shared } = EDGE_SETTINGS;

/** The settings of an edge on Workers, given as variables and secrets of the worker. */
export const WORKER_SETTINGS = {
  ...shared,
  databaseUrl: { ...shared.databaseUrl, description: 'The libSQL server with the control data; needed.' },
  appendUrl: { key: 'HOOKLINE_APPEND_URL', ...optional(origin), description: 'An edge process that takes the events and keeps them. Left out, they are written directly, into a shard of their own.' },
  appendToken: { key: 'HOOKLINE_APPEND_TOKEN', secret: true, ...optional(token), description: 'A platform token of that process.' },
  logUrl: { key: 'HOOKLINE_LOG_URL', ...optional(url('http:', 'https:', 'libsql:')), description: 'The database of the shard; left out, the one of the control data.' },
  shard: { key: 'HOOKLINE_SHARD', fallback: 0, parse: integer(0, 255), description: 'The number of the shard.' },
  version: { key: 'HOOKLINE_VERSION', fallback: 'worker', parse: text, description: 'What we call ourselves to destinations.' },
} as const satisfies Record<string, Setting<unknown>>;
