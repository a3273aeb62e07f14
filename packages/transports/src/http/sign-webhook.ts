import { createHmac } from 'node:crypto';

/** Standard Webhooks: `whsec_` and the base64 of the key. */
const SECRET_PREFIX = 'whsec_';

/** The `webhook-signature` value: one `v1,…` per secret, space-separated, over `id.timestamp.body`. */
export function signWebhook(secrets: readonly string[], signed: { readonly id: string; readonly timestampSec: number; readonly body: Buffer }): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
      return `v1,${createHmac('sha256', key).update(`${signed.id}.${signed.timestampSec}.`).update(signed.body).digest('base64')}`;
    })
    .join(' ');
}
