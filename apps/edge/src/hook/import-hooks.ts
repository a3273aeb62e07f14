import { mapPlatformHook, type PlatformHookContext, type Problem } from '@hookline/core';
import type { Actor, CatalogKind, ControlStore, Hook } from '@hookline/store';
import { EDGE_LIMITS } from '../limits.ts';
import type { HookChanges } from '../ports.ts';
import { type DraftContext, parseHook, sealDraft } from './draft-hook.ts';

export interface HookImportContext extends Pick<DraftContext, 'address' | 'nowMs'> {
  readonly control: Pick<ControlStore, 'catalog' | 'eventTypes' | 'keys'>;
  readonly hookChanges: Pick<HookChanges, 'create'>;
  readonly newId: (prefix: string) => string;
}

/** `hook` null = it could not be made, and why. `unmapped`: what of the description it does not have. Paths are pointers into the list. */
export interface ImportedHook {
  readonly index: number;
  readonly hook: Hook | null;
  readonly problems: readonly Problem[];
  readonly unmapped: readonly Problem[];
}

/** Makes hooks, inactive, out of descriptions in the platform's own words. Each stands alone. */
export async function importHooks(context: HookImportContext, { accountId, actor }: { readonly accountId: number; readonly actor: Actor }, descriptions: readonly unknown[]): Promise<readonly ImportedHook[]> {
  const names = await namesOfCatalog(context.control.catalog, accountId);
  const platform: PlatformHookContext = { ownEventTypes: context.control.eventTypes.ofAccount(accountId), idOf: (kind, name) => names.get(`${kind}/${name}`) ?? null };
  const imported: ImportedHook[] = [];
  for (const [index, description] of descriptions.entries()) {
    const placed = (problem: Problem): Problem => ({ ...problem, path: `/${index}${problem.path}` });
    const mapped = mapPlatformHook(description, platform);
    const unmapped = mapped.unmapped.map(placed);
    const draft = parseHook({ eventTypes: context.control.eventTypes, address: context.address, nowMs: context.nowMs }, accountId, mapped.hook);
    // These paths speak of the hook that would be made, not of its description.
    if (!draft.ok) imported.push({ index, hook: null, problems: draft.problems, unmapped });
    else imported.push({ index, hook: await context.hookChanges.create(sealDraft(context.control.keys, accountId, context.newId('hok'), draft.value), actor), problems: [], unmapped });
  }
  return imported;
}

/** Names that mean one thing. null = several have it. Bounded: of a catalog with more entries the first ones are known by name, all by id. */
async function namesOfCatalog(catalog: Pick<ControlStore['catalog'], 'list'>, accountId: number): Promise<ReadonlyMap<string, number | null>> {
  const names = new Map<string, number | null>();
  for (const kind of ['databases', 'resources', 'mailings', 'templates', 'segments', 'pixels'] as const satisfies readonly CatalogKind[]) {
    let after: string | null = null;
    for (let read = 0; read < EDGE_LIMITS.importNamesMax; read += EDGE_LIMITS.pageSizeMax) {
      const page: Awaited<ReturnType<typeof catalog.list>> = await catalog.list(accountId, kind, { limit: EDGE_LIMITS.pageSizeMax, after });
      for (const { name, id } of page.data) names.set(`${kind}/${name}`, names.has(`${kind}/${name}`) ? null : id);
      after = page.next;
      if (after === null) break;
    }
  }
  return names;
}
