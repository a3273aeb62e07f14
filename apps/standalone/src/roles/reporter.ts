import type { Logger } from '@hookline/edge';

export const reporter = (logger: Logger) => (message: string, error: unknown): void => logger.log('error', message, { error: error instanceof Error ? error.message : String(error) });
