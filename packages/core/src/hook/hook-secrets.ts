// Where the secrets of a request are. The `field` of a secret is stable: it names the secret to the cipher (account/hook/field), whatever else of the hook changes.

import type { HookRequest, HttpAuth, HttpRequest, SecretValue } from './hook.ts';

/** `field`: `signing_secret` (the previous one too: they change places), `headers/<lower-case name>`, `auth/client_secret`, `auth/password`, `auth/token`, `password`, `sasl/password`. */
export type SecretChange = (secret: SecretValue, field: string) => SecretValue;

/** Where a secret belongs: bound to its ciphertext, so that one cannot be moved to another hook or field. */
export const secretPlace = (accountId: number, hookId: string, field: string): string => `${accountId}/${hookId}/${field}`;

/** A copy of `request` with every secret replaced: to seal them before storing, or to redact. */
export function mapSecrets<R extends HookRequest>(request: R, change: SecretChange): R;
export function mapSecrets(request: HookRequest, change: SecretChange): HookRequest {
  switch (request.type) {
    case 'http':
      return mapHttpSecrets(request, change);
    case 'kafka':
      return request.sasl === undefined ? request : { ...request, sasl: { ...request.sasl, password: change(request.sasl.password, 'sasl/password') } };
    default:
      return request.password === undefined ? request : { ...request, password: change(request.password, 'password') };
  }
}

/** All secrets of a request with their fields. */
export function secretsOf(request: HookRequest): readonly { readonly field: string; readonly secret: SecretValue }[] {
  const secrets: { field: string; secret: SecretValue }[] = [];
  mapSecrets(request, (secret, field) => {
    secrets.push({ field, secret });
    return secret;
  });
  return secrets;
}

function mapHttpSecrets(request: HttpRequest, change: SecretChange): HttpRequest {
  const { signing_secret: current, previous_signing_secret: previous } = request;
  return {
    ...request,
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, change(value, `headers/${name.toLowerCase()}`)])),
    auth: mapAuthSecret(request.auth, change),
    ...(current === undefined ? {} : { signing_secret: change(current, 'signing_secret') }),
    ...(previous === undefined ? {} : { previous_signing_secret: change(previous, 'signing_secret') }),
  };
}

function mapAuthSecret(auth: HttpAuth, change: SecretChange): HttpAuth {
  switch (auth.type) {
    case 'none':
      return auth;
    case 'oauth2':
      return { ...auth, client_secret: change(auth.client_secret, 'auth/client_secret') };
    case 'basic':
      return { ...auth, password: change(auth.password, 'auth/password') };
    case 'bearer':
      return { ...auth, token: change(auth.token, 'auth/token') };
  }
}
