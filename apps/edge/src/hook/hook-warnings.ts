import type { AddressPolicy, HookFilters, HookRequest, HookSelection, Problem } from '@hookline/core';
import type { CatalogKind, CatalogStore } from '@hookline/store';
import { EDGE_LIMITS } from '../limits.ts';

// What is saved but looks odd. Ids of another account look exactly like ids that nobody has: the catalog that is asked is the account's own.

type CatalogReads = Pick<CatalogStore, 'lookUp'>;
type NamedId = { readonly path: string; readonly kind: CatalogKind; readonly id: number };

export async function catalogWarnings(catalog: CatalogReads, accountId: number, selection: HookSelection): Promise<Problem[]> {
  const named: NamedId[] = selection.databaseId === null ? [] : [{ path: '/database_id', kind: 'databases', id: selection.databaseId }];
  for (const [kind, ids] of Object.entries(selection.filters) as [keyof HookFilters, readonly number[]][]) ids.forEach((id, index) => named.push({ path: `/filters/${kind}/${index}`, kind, id }));
  if (named.length === 0) return [];
  const known = await catalog.lookUp(accountId, named);
  return named
    .filter(({ kind, id }) => !known.has(`${kind}/${id}`))
    .slice(0, EDGE_LIMITS.warningsMax)
    .map(({ path, kind, id }) => ({ path, code: 'not_in_catalog', message: `The catalog has no ${id} among ${kind}.` }));
}

interface NamedHost {
  readonly path: string;
  readonly host: string;
}

/** Names that do not resolve now. Saving never waits long for it, and never contacts the destination. */
export async function hostWarnings(request: HookRequest, address: Pick<AddressPolicy, 'isAllowedHost'>, resolves: (hostName: string) => Promise<boolean>): Promise<Problem[]> {
  const names = hostsOf(request).filter(({ host }) => !isLiteral(host) && !address.isAllowedHost(host));
  const found = await Promise.all(names.map(({ host }) => resolves(host)));
  return names.filter((_, index) => !found[index]).map(({ path, host }) => ({ path, code: 'host_unresolved', message: `${host} does not resolve at the moment.` }));
}

function hostsOf(request: HookRequest): NamedHost[] {
  switch (request.type) {
    case 'http':
      return [{ path: '/request/url', host: new URL(request.url).hostname }, ...(request.auth.type === 'oauth2' ? [{ path: '/request/auth/token_url', host: new URL(request.auth.token_url).hostname }] : [])];
    case 'kafka':
      return request.brokers.map((broker, index) => ({ path: `/request/brokers/${index}`, host: broker.slice(0, broker.lastIndexOf(':')) }));
    default:
      return [{ path: '/request/host', host: request.host }];
  }
}

/** In URLs and brokers IPv6 stands in brackets. */
const isLiteral = (host: string): boolean => host.includes(':') || /^[0-9.]+$/.test(host);
