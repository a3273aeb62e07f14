import type { ApiTypes } from '@hookline/edge';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Form } from 'react-aria-components';
import { ApiError } from '../api/client.ts';
import { eventQuery } from '../api/queries.ts';
import { Button, TextField } from '../ui/controls.tsx';
import { Failed, Loading, Notice } from '../ui/shown.tsx';

/** Asks for an event id and shows the event by `children`. The id stands in the address, so that it can be passed on. */
export function EventLookup({ id, onLook, label, find, none, children }: { readonly id: string; readonly onLook: (id: string) => void; readonly label: string; readonly find: string; readonly none: string; readonly children: (event: ApiTypes['event']) => ReactNode }): ReactNode {
  const [typed, setTyped] = useState(id);
  useEffect(() => setTyped(id), [id]);
  const query = useQuery({ ...eventQuery(id), refetchInterval: 3_000 });
  return (
    <>
      <Form className="card" onSubmit={(event) => { event.preventDefault(); onLook(typed.trim()); void query.refetch(); }}>
        <div className="tools"><TextField label={label} value={typed} onChange={setTyped} mono /><Button tone="primary" type="submit">{find}</Button></div>
      </Form>
      {id === '' ? null : query.data !== undefined ? children(query.data) : query.isError ? query.error instanceof ApiError && query.error.status === 404 ? <Notice tone="warn">{none}</Notice> : <Failed error={query.error} /> : <Loading />}
    </>
  );
}
