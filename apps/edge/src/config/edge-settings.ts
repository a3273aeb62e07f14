import { issuerProblem } from '../session/oidc-client.ts';
import { DEFAULT_PIXEL_SETTINGS } from '../pixel/pixel-settings.ts';
import { boolean, destinations, integer, keys, lowerCaseList, oneOf, optional, origin, origins, ranges, type Setting, text, token, url, urls } from './setting.ts';

// The settings of an edge, once: key, default, unit, what it may be. A process that runs more than an edge has them among its own.

/** `api.md` 7. */
export const ATTEMPTS_KEPT_DAYS = 30;
export const DEAD_LETTERS_KEPT_DAYS = 90;
/** Of one installation. */
const SHARDS_MAX = 64;
const DATABASE_SCHEMES: readonly string[] = ['http:', 'https:', 'libsql:'];

export const EDGE_SETTINGS = {
  port: { key: 'PORT', fallback: 8787, parse: integer(0, 65_535), description: 'Where the listener listens; 0 picks a free port.' },
  host: { key: 'HOST', fallback: '127.0.0.1', parse: text, description: 'The address the listener listens on.' },
  dataDir: { key: 'HOOKLINE_DATA_DIR', fallback: './.hookline', parse: text, description: 'The directory of the embedded files.' },
  databaseUrl: { key: 'HOOKLINE_DATABASE_URL', ...optional(url(...DATABASE_SCHEMES)), description: 'A libSQL server instead of the embedded files.' },
  databaseToken: { key: 'HOOKLINE_DATABASE_TOKEN', secret: true, ...optional(text), description: "The libSQL server's token." },
  databaseAdminUrl: { key: 'HOOKLINE_DATABASE_ADMIN_URL', ...optional(url('http:', 'https:')), description: "The libSQL server's admin API, to verify and set durability." },
  logUrls: { key: 'HOOKLINE_LOG_URLS', fallback: [], parse: urls(...DATABASE_SCHEMES), description: 'libSQL servers of the shards of the event log, where they have databases of their own; separated by commas. The same list, in the same order, for every process.' },
  logAdminUrls: { key: 'HOOKLINE_LOG_ADMIN_URLS', fallback: [], parse: urls('http:', 'https:'), description: 'Their admin APIs, in the order of `HOOKLINE_LOG_URLS`; left out, all of them have that of `HOOKLINE_DATABASE_ADMIN_URL`.' },
  shard: { key: 'HOOKLINE_SHARD', fallback: 0, parse: integer(0, SHARDS_MAX - 1), description: 'An edge by itself: the shard that it appends to, as its place in `HOOKLINE_LOG_URLS`. No two edges have the same.' },
  edgeUrls: { key: 'HOOKLINE_EDGE_URLS', fallback: [], parse: origins, description: 'An edge by itself, where there are several shards: the origins of their edges, in the order of `HOOKLINE_LOG_URLS`, its own included.' },
  relayUrls: { key: 'HOOKLINE_RELAY_URLS', fallback: [], parse: origins, description: 'An edge by itself: origins of relays, separated by commas, that are told at once when there is something to deliver. Others look once a second.' },
  retentionDays: { key: 'HOOKLINE_RETENTION_DAYS', fallback: 365, unit: 'days', parse: integer(0, 36_500), description: 'How long events are kept; 0 = for ever.' },
  retentionBytes: { key: 'HOOKLINE_RETENTION_BYTES', fallback: 0, unit: 'bytes', parse: integer(0, 1024 ** 4), description: 'How much of the events of one account is kept at most: the oldest go first, delivered or not; 0 = no limit.' },
  dedupeHours: { key: 'HOOKLINE_DEDUPE_HOURS', fallback: 24, unit: 'hours', parse: integer(24, 8_760), description: 'How long the same event_id stores one event, at least.' },
  contentBytesMax: { key: 'HOOKLINE_CONTENT_BYTES_MAX', fallback: 4 * 1024 ** 3, unit: 'bytes', parse: integer(1024 ** 2, 1024 ** 4), description: 'How much message content is kept at most; events never wait for it.' },
  ingestEventsPerSec: { key: 'HOOKLINE_INGEST_EVENTS_PER_SEC', fallback: 50_000, unit: 'events a second', parse: integer(0, 10_000_000), description: 'How fast one account may bring events, on the average of two seconds; beyond it 429. 0 = no limit.' },
  contentCleanupHours: { key: 'HOOK_CONTENT_CLEANUP_HOURS', fallback: 72, unit: 'hours', inFile: true, parse: integer(1, 8_760), description: 'How long message content is kept.' },
  adminToken: { key: 'HOOKLINE_ADMIN_TOKEN', secret: true, ...optional(token), description: 'At the first start: a master token of account 1 with all scopes.' },
  platformToken: { key: 'HOOKLINE_PLATFORM_TOKEN', secret: true, ...optional(token), description: 'At the first start: a platform token.' },
  masterKey: { key: 'HOOKLINE_MASTER_KEY', secret: true, ...optional(keys), description: 'Encrypts secrets: 32 bytes, base64. Embedded, one is made and kept in the data directory. Several with commas between them while it is being changed: the first seals, all open.' },
  allowDestinations: { key: 'HOOKLINE_ALLOW_DESTINATIONS', fallback: [], parse: destinations, description: 'CIDRs and host names that destinations may have besides the public internet, separated by commas; for them http: and any port are fine too.' },
  allowHttp: { key: 'HOOKLINE_ALLOW_HTTP', fallback: false, parse: boolean, description: 'http: to public destinations.' },
  publicUrl: { key: 'HOOKLINE_PUBLIC_URL', ...optional(origin), description: 'Under which origin visitors reach pixels and links; left out, links are made for the host that they were asked for on.' },
  trustedProxies: { key: 'HOOKLINE_TRUSTED_PROXIES', fallback: [], parse: ranges, description: 'CIDRs of proxies of ours, separated by commas: the `X-Forwarded-For` of others is not believed.' },
  placeFile: { key: 'HOOKLINE_GEO_FILE', ...optional(text), description: "A file in MaxMind's format, by which visitors' addresses become places." },
  secretQueryKeys: { key: 'HOOKLINE_SECRET_QUERY_KEYS', fallback: DEFAULT_PIXEL_SETTINGS.secretQueryKeys, parse: lowerCaseList, description: 'Query keys that are taken out of the addresses of pages before they are stored, separated by commas.' },
  pixelHitsPerSec: { key: 'HOOKLINE_PIXEL_HITS_PER_SEC', fallback: DEFAULT_PIXEL_SETTINGS.hitsPerSecond, unit: 'hits a second', parse: integer(0, 1_000_000), description: 'How often one address may fire one pixel, on the average of two seconds; beyond it 429. 0 = no limit.' },
  oidcIssuer: { key: 'HOOKLINE_OIDC_ISSUER', ...optional((value: string) => { const problem = issuerProblem(value); return problem === null ? { value } : { problem }; }), description: "Single sign-on at the console: the identity provider's issuer. `HOOKLINE_PUBLIC_URL` is the origin it sends people back to." },
  oidcClientId: { key: 'HOOKLINE_OIDC_CLIENT_ID', ...optional(text), description: 'Under which the identity provider knows this installation; needed with HOOKLINE_OIDC_ISSUER.' },
  oidcClientSecret: { key: 'HOOKLINE_OIDC_CLIENT_SECRET', secret: true, ...optional(text), description: "The client's secret; left out, a public client." },
  logLevel: { key: 'HOOKLINE_LOG_LEVEL', fallback: 'info', parse: oneOf('debug', 'info', 'warn', 'error'), description: 'The least severe entries that are logged.' },
} as const satisfies Record<string, Setting<unknown>>;
