export interface HooklineConfig {
  readonly host: string; readonly port: number; readonly dataDir: string; readonly dedupeHours: number; readonly contentCleanupHours: number; readonly contentBytesMax: number;
  readonly masterKey: string | undefined; readonly adminToken: string | undefined; readonly platformToken: string | undefined; readonly allowDestinations: readonly string[]; readonly allowHttp: boolean;
  readonly retryTimes: number; readonly retryPeriodSec: number; readonly kafkaClient: 'platformatic' | 'kafkajs';
}
export function loadConfig(env: NodeJS.ProcessEnv): HooklineConfig {
  return {
    host: env.HOST ?? '127.0.0.1', port: Number(env.PORT ?? 8787), dataDir: env.HOOKLINE_DATA_DIR ?? './.hookline', dedupeHours: 24, contentCleanupHours: 72, contentBytesMax: 4 * 1024 ** 3,
    masterKey: env.HOOKLINE_MASTER_KEY, adminToken: env.HOOKLINE_ADMIN_TOKEN, platformToken: env.HOOKLINE_PLATFORM_TOKEN, allowDestinations: (env.HOOKLINE_ALLOW_DESTINATIONS ?? '').split(',').filter(Boolean),
    allowHttp: env.HOOKLINE_ALLOW_HTTP === 'true', retryTimes: Number(env.HOOK_RETRY_TIMES ?? 4), retryPeriodSec: Number(env.HOOK_RETRY_PERIOD_SEC ?? 15), kafkaClient: 'platformatic',
  };
}
