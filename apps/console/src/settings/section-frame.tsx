import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page } from '../api/client.ts';
import { Button } from '../ui/controls.tsx';
import { Empty, Failed, Loading } from '../ui/shown.tsx';

/** A list of things with a button to make one. */
export function SectionFrame<T>({ query, empty, make, onMake, children }: { readonly query: UseQueryResult<Page<T>>; readonly empty: string; readonly make: string; readonly onMake: (() => void) | null; readonly children: (rows: readonly T[]) => ReactNode }): ReactNode {
  if (query.isPending) return <Loading />;
  if (query.data === undefined) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      {onMake === null ? null : <div><Button tone="primary" onPress={onMake}>{make}</Button></div>}
      {query.data.data.length === 0 ? <Empty><p>{empty}</p></Empty> : children(query.data.data)}
    </>
  );
}
