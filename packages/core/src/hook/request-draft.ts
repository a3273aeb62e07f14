import type { AddressPolicy } from '../address/address-policy.ts';
import { parseHost } from '../address/host.ts';
import { HooklineError } from '../problem/hookline-error.ts';
import type { HookRequest, HttpAuth, HttpRequest, KafkaRequest, RabbitmqExchangeRequest, RabbitmqQueueRequest, SecretValue } from './hook.ts';
import type { HookSettings } from './hook-schema.ts';
import type { HttpRequestInput } from './http-request-schema.ts';
import type { KafkaRequestInput, RabbitmqRequestInput } from './broker-request-schema.ts';
import { parseKafkaBroker } from './kafka-broker.ts';
import { keptSecrets } from './secret-problems.ts';
import { applySecret, type SecretInput } from './secret-schema.ts';

/** How long a replaced signing secret still signs beside the new one, so that a receiver can change over without a gap. */
const SIGNING_SECRET_OVERLAP_MS = 24 * 3_600_000;

export interface RequestDraftContext {
  readonly address: AddressPolicy;
  readonly existing: HookRequest | undefined;
  /** Unix ms; without it a replaced signing secret ends at once. */
  readonly nowMs: number | undefined;
}

/** The request as it is kept: one spelling of every address, new secrets open, kept ones as they were. `input` has passed all checks. */
export function draftRequest(input: HookSettings['request'], context: RequestDraftContext): HookRequest {
  const kept = keptSecrets(context.existing, input.type);
  switch (input.type) {
    case 'http':
      return draftHttp(input, kept, context);
    case 'kafka':
      return draftKafka(input, kept);
    default:
      return draftRabbitmq(input, kept);
  }
}

type KeptSecrets = ReadonlyMap<string, SecretValue>;

function draftHttp(input: HttpRequestInput, kept: KeptSecrets, context: RequestDraftContext): HttpRequest {
  const { success_pattern: successPattern, headers, auth, signing_secret: signingSecret, ...plain } = input;
  const stored = context.existing?.type === 'http' ? context.existing : undefined;
  return {
    ...plain,
    url: normalisedUrl(input.url, context.address),
    headers: draftHeaders(headers, stored?.headers ?? {}),
    auth: draftAuth(auth, kept, context.address),
    ...(successPattern === undefined || successPattern === null || successPattern === '' ? {} : { success_pattern: successPattern }),
    ...draftSigningSecrets(signingSecret, stored, context.nowMs),
  };
}

function draftHeaders(input: HttpRequestInput['headers'], stored: HttpRequest['headers']): HttpRequest['headers'] {
  if (input === null) return {};
  const inputNames = new Map(Object.keys(input).map((name) => [name.toLowerCase(), name]));
  const untouched = Object.entries(stored).filter(([name]) => !inputNames.has(name.toLowerCase()));
  const storedByName = new Map(Object.entries(stored).map(([name, value]) => [name.toLowerCase(), value]));
  const changed = Object.entries(input).flatMap(([name, value]): [string, SecretValue][] => {
    const secret = applySecret(value, storedByName.get(name.toLowerCase()));
    return secret === undefined ? [] : [[name, secret]];
  });
  return Object.fromEntries([...untouched, ...changed]);
}

function draftAuth(auth: HttpRequestInput['auth'], kept: KeptSecrets, address: AddressPolicy): HttpAuth {
  switch (auth.type) {
    case 'none':
      return auth;
    case 'oauth2': {
      const { scope, ...plain } = auth;
      const named = scope === undefined || scope === null || scope === '' ? {} : { scope };
      return { ...plain, ...named, token_url: normalisedUrl(auth.token_url, address), client_secret: neededSecret(auth.client_secret, kept.get('auth/client_secret')) };
    }
    case 'basic':
      return { ...auth, password: neededSecret(auth.password, kept.get('auth/password')) };
    case 'bearer':
      return { ...auth, token: neededSecret(auth.token, kept.get('auth/token')) };
  }
}

type SigningSecrets = Pick<HttpRequest, 'signing_secret' | 'previous_signing_secret' | 'previous_signing_secret_until'>;

function draftSigningSecrets(input: SecretInput, stored: HttpRequest | undefined, nowMs: number | undefined): SigningSecrets {
  const { signing_secret: current, previous_signing_secret: previous, previous_signing_secret_until: until } = stored ?? {};
  if (input === null) return {};
  if (typeof input === 'string') {
    const overlap = current === undefined || nowMs === undefined ? {} : { previous_signing_secret: current, previous_signing_secret_until: nowMs + SIGNING_SECRET_OVERLAP_MS };
    return { signing_secret: { open: input }, ...overlap };
  }
  if (current === undefined) return {};
  return { signing_secret: current, ...(previous === undefined || until === undefined ? {} : { previous_signing_secret: previous, previous_signing_secret_until: until }) };
}

function draftRabbitmq(input: RabbitmqRequestInput, kept: KeptSecrets): RabbitmqQueueRequest | RabbitmqExchangeRequest {
  return { ...input, host: parseHost(input.host)?.text ?? input.host, password: neededSecret(input.password, kept.get('password')) };
}

function draftKafka(input: KafkaRequestInput, kept: KeptSecrets): KafkaRequest {
  const { sasl, ...plain } = input;
  const brokers = input.brokers.map((broker) => parseKafkaBroker(broker)?.text ?? broker);
  return { ...plain, brokers, ...(sasl === undefined || sasl === null ? {} : { sasl: { ...sasl, password: neededSecret(sasl.password, kept.get('sasl/password')) } }) };
}

function normalisedUrl(url: string, address: AddressPolicy): string {
  const checked = address.checkUrl(url);
  return 'url' in checked ? checked.url : url;
}

function neededSecret(input: SecretInput, stored: SecretValue | undefined): SecretValue {
  const secret = applySecret(input, stored);
  if (secret === undefined) throw new HooklineError('invariant_broken', 'A request without its secret passed the checks.');
  return secret;
}
