import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page } from '../api/client.ts';
import { useText } from '../text/use-text.ts';
import { Button } from './controls.tsx';
import { Empty, Failed, Loading } from './shown.tsx';

/** What a list read by cursor shows: loading, failure, emptiness, rows, and more of them. */
export function PagedRows<T>({ query, empty, children }: { readonly query: UseInfiniteQueryResult<InfiniteData<Page<T>>>; readonly empty: string; readonly children: (rows: readonly T[]) => ReactNode }): ReactNode {
  const t = useText();
  if (query.isPending) return <Loading />;
  if (query.data === undefined) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const rows = query.data.pages.flatMap((page) => page.data);
  return (
    <>
      {rows.length === 0 ? <Empty><p>{empty}</p></Empty> : children(rows)}
      {query.hasNextPage ? <p className="more"><Button onPress={() => void query.fetchNextPage()} isPending={query.isFetchingNextPage}>{t.app.more}</Button></p> : null}
    </>
  );
}
