import type { Token, TOKEN_SCOPES } from '@hookline/store';

export type Scope = (typeof TOKEN_SCOPES)[number];

/** What routes ask for. The `:read` names that no token carries are covered by others, below. */
export type NeededScope = Scope | 'events:read' | 'profiles:read' | 'catalog:read' | 'content:read' | 'tokens:read' | 'names:read' | 'event_types:read' | 'fields:read';

/** A `:write` includes reading the same things; `deliveries:read` covers events too. */
const COVERED_BY: Readonly<Record<NeededScope, readonly Scope[]>> = {
  'events:read': ['events:write', 'deliveries:read', 'deliveries:write'],
  'events:write': ['events:write'],
  'profiles:read': ['profiles:write'],
  'profiles:write': ['profiles:write'],
  'catalog:read': ['catalog:write'],
  'catalog:write': ['catalog:write'],
  'content:read': ['content:write'],
  // Whoever sees the numbers of the catalog, in hooks or in events, may see their names.
  'names:read': ['catalog:write', 'hooks:read', 'hooks:write', 'deliveries:read', 'deliveries:write'],
  // Whoever names an event type may look it up.
  'event_types:read': ['catalog:write', 'events:write', 'hooks:read', 'hooks:write', 'deliveries:read', 'deliveries:write'],
  'fields:read': ['profiles:write', 'catalog:write', 'hooks:read', 'hooks:write'],
  'content:write': ['content:write'],
  'hooks:read': ['hooks:read', 'hooks:write'],
  'hooks:write': ['hooks:write'],
  'deliveries:read': ['deliveries:read', 'deliveries:write'],
  'deliveries:write': ['deliveries:write'],
  'exports:read': ['exports:read', 'exports:write'],
  'exports:write': ['exports:write'],
  'tokens:read': ['tokens:write'],
  'tokens:write': ['tokens:write'],
};

/** What a platform token may do for any account, whatever its row says. */
const PLATFORM_SCOPES: readonly Scope[] = ['events:write', 'profiles:write', 'catalog:write', 'content:write'];

/** Those of `scopes` that a token does not have itself, and so cannot give away. */
export function beyondScopes(token: Pick<Token, 'accountId' | 'scopes'> | null, scopes: readonly Scope[]): readonly Scope[] {
  return scopes.filter((scope) => token === null || !hasScope(token, scope));
}

export function hasScope(token: Pick<Token, 'accountId' | 'scopes'>, needed: NeededScope): boolean {
  const owned: readonly string[] = token.accountId === null ? PLATFORM_SCOPES : token.scopes;
  return COVERED_BY[needed].some((scope) => owned.includes(scope));
}
