import type { ApiTypes } from '@hookline/edge';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ApiError, call, idPath, type Page } from './client.ts';

// What the console reads, and how long it believes it.

const LIVE_MS = 3_000;
export const lanesEvery = (hooks: number): number => Math.max(LIVE_MS, hooks * 100);
const PAGE_ROWS = 50;
const WHOLE_LIST_ROWS = 500;

const list = <T>(path: string): Promise<Page<T>> => call<Page<T>>('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${WHOLE_LIST_ROWS}`);

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => call<ApiTypes['session']>('GET', '/v1/session').catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }),
  staleTime: 60_000,
});

export const signInMethodsQuery = queryOptions({ queryKey: ['sign-in-methods'], queryFn: () => call<ApiTypes['signInMethods']>('GET', '/v1/session/methods'), staleTime: Number.POSITIVE_INFINITY, retry: false });
export const hooksQuery = queryOptions({ queryKey: ['hooks'], queryFn: () => list<ApiTypes['hook']>('/v1/hooks'), refetchInterval: LIVE_MS });
export const hookQuery = (id: string) => queryOptions({ queryKey: ['hook', id], queryFn: () => call<ApiTypes['hook']>('GET', `/v1/hooks/${idPath(id)}`) });
/** `every`: in a list of many hooks each is asked less often. */
export const laneQuery = (id: string, every = LIVE_MS) => queryOptions({ queryKey: ['lane', id], queryFn: () => call<ApiTypes['lane']>('GET', `/v1/hooks/${idPath(id)}/lane`), refetchInterval: every });

const pages = <T>(key: readonly unknown[], path: string, live = false) =>
  infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam }) => call<Page<T>>('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE_ROWS}${pageParam === null ? '' : `&cursor=${encodeURIComponent(pageParam)}`}`),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // Who has paged on reads: nothing moves, and no page is read twice.
    ...(live ? { refetchInterval: ({ state }: { readonly state: { readonly data?: { readonly pages: readonly unknown[] } | undefined } }) => ((state.data?.pages.length ?? 0) > 1 ? false : LIVE_MS) } : {}),
  });

export const attemptsQuery = (id: string) => pages<ApiTypes['attempt']>(['attempts', id], `/v1/hooks/${idPath(id)}/attempts`, true);
export type SeriesRange = 'hour' | 'day' | 'week' | 'month';
export const seriesQuery = (id: string, range: SeriesRange) => queryOptions({ queryKey: ['series', id, range], queryFn: () => call<ApiTypes['series']>('GET', `/v1/hooks/${idPath(id)}/series?range=${range}`), refetchInterval: 2 * LIVE_MS });
export const briefSeriesQuery = queryOptions({ queryKey: ['series'], queryFn: () => list<ApiTypes['briefSeries']>('/v1/series'), refetchInterval: 5 * LIVE_MS });
export const deadLettersQuery = (id: string) => pages<ApiTypes['deadLetter']>(['dead', id], `/v1/hooks/${idPath(id)}/dead-letters`, true);
export const changesQuery = (kind: string | null, id: string | null) =>
  pages<ApiTypes['auditEntry']>(['audit', kind, id], `/v1/audit${kind === null ? '' : `?object_kind=${kind}${id === null ? '' : `&object_id=${encodeURIComponent(id)}`}`}`);
export const exportsQuery = (hookId: string | null) => pages<ApiTypes['export']>(['exports', hookId], hookId === null ? '/v1/exports' : `/v1/hooks/${idPath(hookId)}/exports`, true);
export const eventQuery = (id: string) => queryOptions({ queryKey: ['event', id], queryFn: () => call<ApiTypes['event']>('GET', `/v1/events/${idPath(id)}`), retry: false, enabled: id !== '' });
export const eventsQuery = (query: string) =>
  infiniteQueryOptions({
    queryKey: ['events', query],
    queryFn: ({ pageParam }) => call<ApiTypes['eventPage']>('GET', `/v1/events?limit=${PAGE_ROWS}${query === '' ? '' : `&${query}`}${pageParam === null ? '' : `&cursor=${encodeURIComponent(pageParam)}`}`),
    initialPageParam: null as string | null, getNextPageParam: (page) => page.next_cursor, refetchOnWindowFocus: false, staleTime: Number.POSITIVE_INFINITY, gcTime: 0,
  });
export const eventTypesQuery = queryOptions({ queryKey: ['event-types'], queryFn: () => list<ApiTypes['eventType']>('/v1/event-types'), staleTime: 300_000 });
export const catalogQuery = (kind: string) => queryOptions({ queryKey: ['catalog', kind], queryFn: () => list<ApiTypes['catalogEntry']>(`/v1/catalog/${kind}`), staleTime: 30_000, retry: false });
export const fieldsQuery = (databaseId: number | null) => queryOptions({ queryKey: ['fields', databaseId], queryFn: () => list<ApiTypes['profileField']>(`/v1/databases/${databaseId ?? 1}/fields`), staleTime: 60_000, retry: false });
export const tokensQuery = queryOptions({ queryKey: ['tokens'], queryFn: () => list<ApiTypes['token']>('/v1/tokens') });
export const usersQuery = queryOptions({ queryKey: ['users'], queryFn: () => list<ApiTypes['user']>('/v1/users') });
export const pixelsQuery = queryOptions({ queryKey: ['pixels'], queryFn: () => list<ApiTypes['pixel']>('/v1/pixels') });
