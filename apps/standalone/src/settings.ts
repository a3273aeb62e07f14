import { DATABASE_SCHEMES, EDGE_SETTINGS, integer, oneOf, type Setting, urls } from '@hookline/edge';

// Every setting of the process, once: key, default, unit, what it may be. `loadConfig`, `--print-config` and docs/config/standalone.md are made from this table.

export const SETTINGS = {
  port: EDGE_SETTINGS.port,
  host: EDGE_SETTINGS.host,
  dataDir: EDGE_SETTINGS.dataDir,
  databaseUrl: EDGE_SETTINGS.databaseUrl,
  databaseToken: EDGE_SETTINGS.databaseToken,
  databaseAdminUrl: EDGE_SETTINGS.databaseAdminUrl,
  logUrls: { key: 'HOOKLINE_LOG_URLS', fallback: [], parse: urls(...DATABASE_SCHEMES), description: 'libSQL servers of the shards of the event log, where they have databases of their own; separated by commas.' },
  retentionDays: { key: 'HOOKLINE_RETENTION_DAYS', fallback: 365, unit: 'days', parse: integer(0, 36_500), description: 'How long events are kept; 0 = for ever.' },
  retentionBytes: { key: 'HOOKLINE_RETENTION_BYTES', fallback: 0, unit: 'bytes', parse: integer(0, 1024 ** 4), description: 'How much of the events of one account is kept at most: the oldest go first, delivered or not; 0 = no limit.' },
  dedupeHours: EDGE_SETTINGS.dedupeHours,
  contentBytesMax: EDGE_SETTINGS.contentBytesMax,
  ingestEventsPerSec: EDGE_SETTINGS.ingestEventsPerSec,
  retryTimes: { key: 'HOOK_RETRY_TIMES', fallback: 4, unit: 'attempts', inFile: true, parse: integer(1, 1_000), description: 'Attempts of the fast phase.' },
  retryPeriodSec: { key: 'HOOK_RETRY_PERIOD_SEC', fallback: 15, unit: 'seconds', inFile: true, parse: integer(1, 86_400), description: 'Time between the attempts of the fast phase.' },
  contentCleanupHours: EDGE_SETTINGS.contentCleanupHours,
  kafkaClient: { key: 'HOOKLINE_KAFKA_CLIENT', fallback: 'platformatic', parse: oneOf('platformatic', 'kafkajs'), description: 'The client for Kafka destinations.' },
  eventLog: { key: 'HOOKLINE_EVENT_LOG', fallback: 'libsql', parse: oneOf('libsql'), description: 'What the event log is kept in.' },
  adminToken: EDGE_SETTINGS.adminToken,
  platformToken: EDGE_SETTINGS.platformToken,
  masterKey: EDGE_SETTINGS.masterKey,
  allowDestinations: EDGE_SETTINGS.allowDestinations,
  allowHttp: EDGE_SETTINGS.allowHttp,
  publicUrl: EDGE_SETTINGS.publicUrl,
  trustedProxies: EDGE_SETTINGS.trustedProxies,
  placeFile: EDGE_SETTINGS.placeFile,
  secretQueryKeys: EDGE_SETTINGS.secretQueryKeys,
  pixelHitsPerSec: EDGE_SETTINGS.pixelHitsPerSec,
  logLevel: EDGE_SETTINGS.logLevel,
} as const satisfies Record<string, Setting<unknown>>;
