import type { ApiTypes } from '@hookline/edge';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { eventQuery, hooksQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { CopyButton } from '../ui/controls.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Empty, Failed, Json, Loading, Notice, Time } from '../ui/shown.tsx';
import { Fate } from './fate.tsx';

const LOOK_AGAIN_MS = 3_000;

/** One event whole, and what became of it at every hook. */
export function EventDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactNode {
  const t = useText();
  const query = useQuery({ ...eventQuery(id), refetchInterval: ({ state }) => (state.status === 'error' ? false : LOOK_AGAIN_MS) });
  const isAbsent = query.error instanceof ApiError && [404, 422].includes(query.error.status);
  return (
    <Dialog title={t.events.event} isOpen onClose={onClose} wide>
      {query.data !== undefined ? <Whole event={query.data} /> : isAbsent ? <Notice tone="warn">{t.events.none}</Notice> : query.isError ? <Failed error={query.error} /> : <Loading />}
    </Dialog>
  );
}

function Whole({ event }: { readonly event: ApiTypes['event'] }): ReactNode {
  const t = useText();
  const names = new Map((useQuery(hooksQuery).data?.data ?? []).map((hook) => [hook.id, hook.name]));
  return (
    <>
      <dl className="facts">
        <dt>{t.events.label}</dt><dd><span className="mono">{event.event_id}</span> <CopyButton text={event.event_id} /></dd>
        <dt>{t.events.accepted}</dt><dd><Time at={event.accepted_at} /></dd>
      </dl>
      <h3>{t.events.fates}</h3>
      {event.fates.length === 0 ? <Empty><p>{t.events.noHooks}</p></Empty> : (
        <DataTable
          label={t.events.fates} rows={event.fates} idOf={(fate) => fate.hook_id}
          columns={[
            { id: 'hook', title: t.events.hook, cell: (fate) => <Link className="name" to="/hooks/$hookId" params={{ hookId: fate.hook_id }}>{names.get(fate.hook_id) ?? fate.hook_id}</Link> },
            { id: 'fate', title: t.events.fate, cell: (fate) => <Fate fate={fate} /> },
          ]}
        />
      )}
      <h3>{t.events.whole}</h3>
      <Json label={t.events.whole} value={event.event} />
    </>
  );
}
