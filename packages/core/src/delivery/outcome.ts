/**
 * What became of one attempt. `rejected`: the destination understood and refused. `failed`: it did not take it, another try may. `unknown`: bytes were sent
 * and nobody can tell whether it arrived. A transport returns these; it never throws for what a network can do.
 */
export type Outcome = { readonly kind: 'delivered' } | Failure;

export interface Failure {
  readonly kind: 'rejected' | 'failed' | 'unknown';
  readonly code: FailureCode;
  /** For people: one line, no secrets, at most 300 characters. */
  readonly message: string;
  /** HTTP only. */
  readonly status?: number;
  /** Retry-After, already capped at 24 h. */
  readonly retryAfterMs?: number;
  /** A kept connection ended just as we used it: says little about the destination, so the second attempt need not wait. */
  readonly soon?: true;
}

/** Closed list. `FAILURE_CLASS` says which row of the failure table each belongs to. */
export type FailureCode =
  // the destination is away, or shuts us out: it may hold for days, nothing dies of it
  | 'network' | 'timeout' | 'tls' | 'dns' | 'address_forbidden' | 'http_5xx' | 'http_auth' | 'http_not_found' | 'http_gone' | 'http_throttled'
  | 'broker_unavailable' | 'credentials' | 'permission' | 'destination_missing' | 'unroutable' | 'nacked' | 'secret_unavailable' | 'process_died'
  // it is there and refuses this: bisect until the culprit is alone
  | 'http_4xx' | 'redirect_not_followed' | 'response_mismatch' | 'payload_too_large' | 'message_refused'
  // our own fault
  | 'render_too_large' | 'render_failed';

export const FAILURE_CLASS: Readonly<Record<FailureCode, 'outage' | 'refusal' | 'ours'>> = {
  network: 'outage', timeout: 'outage', tls: 'outage', dns: 'outage', address_forbidden: 'outage', http_5xx: 'outage', http_auth: 'outage', http_not_found: 'outage',
  http_gone: 'outage', http_throttled: 'outage', broker_unavailable: 'outage', credentials: 'outage', permission: 'outage', destination_missing: 'outage',
  unroutable: 'outage', nacked: 'outage', secret_unavailable: 'outage', process_died: 'outage',
  http_4xx: 'refusal', redirect_not_followed: 'refusal', response_mismatch: 'refusal', payload_too_large: 'refusal', message_refused: 'refusal',
  render_too_large: 'ours', render_failed: 'ours',
};
