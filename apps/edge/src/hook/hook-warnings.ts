import { type AddressPolicy, type HookFilters, type HookRequest, type HookSelection, isStandardProfileField, type Problem } from '@hookline/core';
import type { CatalogKind, CatalogStore, ProfileStore } from '@hookline/store';
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

/** Fields that no stored profile was ever seen with: in the hook's database, or in any where it takes all. Until one comes with it they are null. */
export async function fieldWarnings(profiles: Pick<ProfileStore, 'seenFields'>, accountId: number, { databaseId, customData }: HookSelection): Promise<Problem[]> {
  const additional = customData.fields.map((name, index) => ({ name, index })).filter(({ name }) => !isStandardProfileField(name));
  if (additional.length === 0) return [];
  const seen = await profiles.seenFields(accountId, databaseId, additional.map(({ name }) => name));
  return additional
    .filter(({ name }) => !seen.has(name))
    .slice(0, EDGE_LIMITS.warningsMax)
    .map(({ name, index }) => ({ path: `/custom_data/fields/${index}`, code: 'field_unknown', message: `No stored profile was ever seen with the field ${JSON.stringify(name.slice(0, 64))}.` }));
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
