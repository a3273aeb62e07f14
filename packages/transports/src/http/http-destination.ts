import type { Failure, HttpRequest } from '@hookline/core';
import { type OpenSecret, SecretReader } from '../secrets/open-secrets.ts';

/** The hook's HTTP request with every secret opened; lives only in memory. */
export interface HttpDestination {
  readonly hookId: string;
  readonly accountId: number;
  readonly url: URL;
  readonly requestTimeoutMs: number;
  readonly successStatus: HttpRequest['success_status'];
  readonly successPattern: string | undefined;
  /** Custom headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly auth: OpenAuth;
  readonly signingSecret: string | undefined;
  readonly previousSigningSecret: string | undefined;
  readonly previousSigningSecretUntilMs: number;
  /** What evidence must not show, wherever it turns up. */
  readonly secrets: readonly string[];
}

export type OpenAuth =
  | { readonly type: 'none' }
  | { readonly type: 'header'; readonly authorization: string }
  | { readonly type: 'oauth2'; readonly tokenUrl: URL; readonly clientId: string; readonly clientSecret: string; readonly scope: string | undefined };

export function openHttpDestination(hook: { readonly hookId: string; readonly accountId: number }, request: HttpRequest, openSecret: OpenSecret): HttpDestination | Failure {
  const secrets = new SecretReader(openSecret, hook.accountId, hook.hookId);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), secrets.read(value, `headers/${name.toLowerCase()}`)]));
  const auth = openAuth(request.auth, secrets);
  const signingSecret = secrets.readOptional(request.signing_secret, 'signing_secret');
  const previousSigningSecret = secrets.readOptional(request.previous_signing_secret, 'signing_secret');
  if (secrets.failure !== null) return secrets.failure;
  const derived = auth.type === 'header' ? [auth.authorization, auth.authorization.slice(auth.authorization.indexOf(' ') + 1)] : [];
  return {
    ...hook,
    url: new URL(request.url),
    requestTimeoutMs: request.request_timeout_sec * 1000,
    successStatus: request.success_status,
    // an empty pattern is the status rule (contract 6.1)
    successPattern: request.success_pattern === '' ? undefined : request.success_pattern,
    headers,
    auth,
    signingSecret,
    previousSigningSecret,
    previousSigningSecretUntilMs: request.previous_signing_secret_until ?? 0,
    secrets: [...secrets.opened, ...derived],
  };
}

function openAuth(auth: HttpRequest['auth'], secrets: SecretReader): OpenAuth {
  switch (auth.type) {
    case 'none':
      return { type: 'none' };
    case 'basic':
      return { type: 'header', authorization: `Basic ${Buffer.from(`${auth.username}:${secrets.read(auth.password, 'auth/password')}`).toString('base64')}` };
    case 'bearer':
      return { type: 'header', authorization: `Bearer ${secrets.read(auth.token, 'auth/token')}` };
    case 'oauth2':
      return { type: 'oauth2', tokenUrl: new URL(auth.token_url), clientId: auth.client_id, clientSecret: secrets.read(auth.client_secret, 'auth/client_secret'), scope: auth.scope };
  }
}
