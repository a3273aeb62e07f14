import type { OutgoingBatch } from '@hookline/core';
import { redriveHeader } from '../redrive-header.ts';
import type { HttpDestination } from './http-destination.ts';
import { signWebhook } from './sign-webhook.ts';

export interface HeaderInput {
  readonly batch: OutgoingBatch;
  readonly body: Buffer;
  readonly nowMs: number;
  readonly userAgent: string;
  /** The whole `authorization` value, or null for none of ours. */
  readonly authorization: string | null;
}

/** What a receiver sees (`api.md` 8). Ours come last: a custom header never replaces one of them. */
export function buildRequestHeaders(destination: HttpDestination, { batch, body, nowMs, userAgent, authorization }: HeaderInput): Record<string, string> {
  const timestampSec = Math.floor(nowMs / 1000);
  const secrets = signingSecrets(destination, nowMs);
  return {
    accept: '*/*',
    ...destination.headers,
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'user-agent': userAgent,
    'webhook-id': batch.deliveryId,
    'webhook-timestamp': String(timestampSec),
    ...(secrets.length === 0 ? {} : { 'webhook-signature': signWebhook(secrets, { id: batch.deliveryId, timestampSec, body }) }),
    'hookline-hook-id': batch.hookId,
    'hookline-attempt': String(batch.attempt),
    ...(batch.revision === 0 ? {} : { 'hookline-revision': String(batch.revision) }),
    ...redriveHeader(batch),
    ...(batch.exportId === null ? {} : { 'hookline-export-id': batch.exportId }),
    ...(authorization === null ? {} : { authorization }),
  };
}

/** The current secret, and the one before while a rotation overlaps. */
function signingSecrets(destination: HttpDestination, nowMs: number): string[] {
  if (destination.signingSecret === undefined) return [];
  const previous = destination.previousSigningSecret;
  return previous !== undefined && nowMs < destination.previousSigningSecretUntilMs ? [destination.signingSecret, previous] : [destination.signingSecret];
}
