import type { AddressPolicy } from '../address/address-policy.ts';
import type { Problem } from '../problem/problem.ts';
import { AMQP_PORT_DEFAULT, BROKER_COUNT_MAX } from './broker-request-schema.ts';
import type { HookRequest } from './hook.ts';
import { parseKafkaBroker } from './kafka-broker.ts';
import { memberOf } from './raw-object.ts';

/**
 * What the address policy says of everything in a `request` that will be dialled. Takes the unchecked object, so that these problems are told along with all others.
 * A destination that `existing` has already is not judged again: renaming a hook must work after the policy got stricter, and every dial is checked anyway.
 */
export function destinationProblems(request: unknown, address: AddressPolicy, existing?: HookRequest): Problem[] {
  switch (memberOf(request, 'type')) {
    case 'http':
      return [...urlProblems(request, ['url'], address, existing), ...(memberOf(request, 'auth', 'type') === 'oauth2' ? urlProblems(request, ['auth', 'token_url'], address, existing) : [])];
    case 'rabbitmq_queue':
    case 'rabbitmq_exchange':
      return hostProblems(request, address, existing);
    case 'kafka':
      return brokerProblems(memberOf(request, 'brokers'), address, existing?.type === 'kafka' ? existing.brokers : []);
    default:
      return [];
  }
}

function urlProblems(request: unknown, path: readonly string[], address: AddressPolicy, existing?: HookRequest): Problem[] {
  const url = memberOf(request, ...path);
  if (url === memberOf(existing, ...path)) return [];
  const checked = typeof url === 'string' ? address.checkUrl(url) : null;
  return checked === null || 'url' in checked ? [] : [{ ...checked, path: `/request/${path.join('/')}` }];
}

function hostProblems(request: unknown, address: AddressPolicy, existing?: HookRequest): Problem[] {
  const host = memberOf(request, 'host');
  const port = memberOf(request, 'port') ?? AMQP_PORT_DEFAULT;
  if (host === memberOf(existing, 'host') && port === memberOf(existing, 'port')) return [];
  const problem = typeof host === 'string' && typeof port === 'number' ? address.checkHost(host, port) : null;
  return problem === null ? [] : [{ ...problem, path: `/request${problem.path}` }];
}

function brokerProblems(brokers: unknown, address: AddressPolicy, existing: readonly string[]): Problem[] {
  if (!Array.isArray(brokers) || brokers.length > BROKER_COUNT_MAX) return [];
  const seen = new Set<string>();
  return brokers.flatMap((text: unknown, index) => {
    if (typeof text !== 'string') return [];
    const problem = brokerProblem(text, seen, address, existing);
    return problem === null ? [] : [{ ...problem, path: `/request/brokers/${index}` }];
  });
}

function brokerProblem(text: string, seen: Set<string>, address: AddressPolicy, existing: readonly string[]): Omit<Problem, 'path'> | null {
  const broker = parseKafkaBroker(text);
  if (broker === null) return { code: 'host_invalid', message: 'Must be host:port.' };
  if (seen.has(broker.text)) return { code: 'duplicate', message: 'This broker is named twice.' };
  seen.add(broker.text);
  return existing.includes(broker.text) ? null : address.checkHost(broker.host, broker.port);
}
