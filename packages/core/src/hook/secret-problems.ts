import type { Problem } from '../problem/problem.ts';
import { HEADER_COUNT_MAX, headerPointer } from './header-schema.ts';
import type { HookRequest, SecretValue } from './hook.ts';
import { secretsOf } from './hook-secrets.ts';
import { isRawObject, memberOf } from './raw-object.ts';
import { isKeep } from './secret-schema.ts';

/** Stored secrets by field: what `{"set": true}` and leaving out can keep. Another `request.type` keeps nothing. */
export function keptSecrets(existing: HookRequest | undefined, type: unknown): ReadonlyMap<string, SecretValue> {
  return new Map(existing === undefined || existing.type !== type ? [] : secretsOf(existing).map(({ field, secret }) => [field, secret]));
}

/** Secrets that are needed and would not be there, and `{"set": true}` where nothing is stored. Takes the unchecked `request`. */
export function secretProblems(request: unknown, existing: HookRequest | undefined): Problem[] {
  const kept = keptSecrets(existing, memberOf(request, 'type'));
  const problems: Problem[] = [];
  const required = requiredField(request);
  if (required !== null) {
    const input = memberOf(request, ...required.split('/'));
    const isLacking = input === null || ((input === undefined || isKeep(input)) && !kept.has(required));
    if (isLacking) problems.push({ path: `/request/${required}`, code: 'required', message: 'This secret is required, and none is stored that could be kept.' });
  }
  if (memberOf(request, 'type') === 'http') {
    if (isKeep(memberOf(request, 'signing_secret')) && !kept.has('signing_secret')) problems.push(nothingToKeep('/request/signing_secret'));
    problems.push(...headerSecretProblems(request, kept));
  }
  return problems;
}

/** The secret without which a request of this type cannot connect. */
function requiredField(request: unknown): string | null {
  switch (memberOf(request, 'type')) {
    case 'rabbitmq_queue':
    case 'rabbitmq_exchange':
      return 'password';
    case 'kafka':
      return isRawObject(memberOf(request, 'sasl')) ? 'sasl/password' : null;
    default:
      return AUTH_SECRETS.get(memberOf(request, 'auth', 'type')) ?? null;
  }
}

const AUTH_SECRETS = new Map<unknown, string>([
  ['oauth2', 'auth/client_secret'],
  ['basic', 'auth/password'],
  ['bearer', 'auth/token'],
]);

function headerSecretProblems(request: unknown, kept: ReadonlyMap<string, SecretValue>): Problem[] {
  const headers = memberOf(request, 'headers');
  if (headers === null) return [];
  const problems: Problem[] = [];
  const names = new Set([...kept.keys()].filter((field) => field.startsWith('headers/')).map((field) => field.slice('headers/'.length)));
  for (const [name, input] of isRawObject(headers) ? Object.entries(headers) : []) {
    const lower = name.toLowerCase();
    if (isKeep(input) && !names.has(lower)) problems.push(nothingToKeep(headerPointer(name)));
    if (input === null) names.delete(lower);
    else names.add(lower);
  }
  if (names.size > HEADER_COUNT_MAX) problems.push({ path: '/request/headers', code: 'too_many', message: `Must be at most ${HEADER_COUNT_MAX} headers, the stored ones included.` });
  if (names.has('authorization') && AUTH_SECRETS.has(memberOf(request, 'auth', 'type'))) {
    problems.push({ path: headerPointer('authorization'), code: 'header_forbidden', message: 'auth sets this header; use the one or the other.' });
  }
  return problems;
}

function nothingToKeep(path: string): Problem {
  return { path, code: 'required', message: 'There is no stored secret that could be kept.' };
}
