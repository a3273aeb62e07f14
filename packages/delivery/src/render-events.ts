// Looks up what a batch's messages are made of besides the events, all in a few queries, then renders. What is looked up can change between two attempts; the
// unit's body hash notices (see lane/http-lane.ts).
import type { EventRow, RenderContext, RenderProfile } from '@hookline/core';
import type { CatalogEntry, CatalogKind, CatalogStore, ContentStore, ProfileStore } from '@hookline/store';
import type { CompiledVersion } from './hook-timeline.ts';

export interface RenderSources {
  readonly profiles: Pick<ProfileStore, 'lookUp' | 'mayBeDeleted'>;
  readonly catalog: Pick<CatalogStore, 'lookUp'>;
  readonly content: Pick<ContentStore, 'lookUp'>;
}

export interface RenderedEvent {
  readonly row: EventRow;
  /** The message, or why there is none. */
  readonly result: { readonly kind: 'ok'; readonly body: string } | { readonly kind: 'failed'; readonly code: 'render_too_large' | 'render_failed'; readonly message: string };
}

const ABSENT: RenderProfile = { kind: 'absent' };

/** Rejects only when the store cannot be read: nothing was decided then. All events are of one account. */
export async function renderEvents(sources: RenderSources, events: readonly { readonly row: EventRow; readonly version: CompiledVersion }[], options: { readonly nowMs: number; readonly forExport: boolean }): Promise<RenderedEvent[]> {
  const accountId = events[0]?.row.accountId ?? 0;
  const profileKeys = new Map<string, { databaseId: number; profileId: string }>();
  const names = new Map<string, { kind: CatalogKind; id: number }>();
  const refs = new Set<string>();
  for (const { row, version } of events) {
    const needs = version.message.needs;
    if (row.databaseId !== null && row.profileId !== null && (needs.profile || sources.profiles.mayBeDeleted(accountId, row.databaseId, row.profileId)))
      profileKeys.set(`${row.databaseId}/${row.profileId}`, { databaseId: row.databaseId, profileId: row.profileId });
    if (needs.names.length > 0) for (const key of version.message.namesOf(row)) names.set(`${key.kind}/${key.id}`, key);
    if (needs.content && row.contentRef !== null && !options.forExport) refs.add(row.contentRef);
  }
  const [profiles, entries, contents] = await Promise.all([
    profileKeys.size > 0 ? sources.profiles.lookUp(accountId, [...profileKeys.values()]) : null,
    names.size > 0 ? sources.catalog.lookUp(accountId, [...names.values()]) : null,
    refs.size > 0 ? sources.content.lookUp(accountId, [...refs], options.nowMs) : null,
  ]);
  const name = (kind: CatalogKind, id: number): CatalogEntry | undefined => entries?.get(`${kind}/${id}`);
  return events.map(({ row, version }) => {
    const context: RenderContext = {
      profile: (row.databaseId !== null && row.profileId !== null && profiles?.get(`${row.databaseId}/${row.profileId}`)) || ABSENT,
      name,
      content: (row.contentRef !== null && contents?.get(row.contentRef)) || null,
      forExport: options.forExport,
    };
    return { row, result: version.message.render(row, context) };
  });
}
