import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Selection } from 'react-aria-components';
import { call, idPath } from '../api/client.ts';
import { deadLettersQuery, laneQuery, sessionQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { Button } from '../ui/controls.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { PagedRows } from '../ui/paged-table.tsx';
import { Count, describeError, Notice, Time } from '../ui/shown.tsx';

const REDRIVEN_AT_ONCE_MAX = 1_000;

export function DeadLetters({ hookId }: { readonly hookId: string }): ReactNode {
  const t = useText();
  const queryClient = useQueryClient();
  const query = useInfiniteQuery(deadLettersQuery(hookId));
  const all = useQuery(laneQuery(hookId)).data?.counters.dead ?? 0;
  const mayRedrive = useQuery(sessionQuery).data?.user.scopes.includes('deliveries:write') ?? false;
  const [selected, setSelected] = useState<Selection>(new Set());
  const [asked, setAsked] = useState<'some' | 'all' | null>(null);
  const rows = query.data?.pages.flatMap((page) => page.data) ?? [];
  const ids = selected === 'all' ? rows.map((row) => row.id) : [...selected].map(String).filter((id) => rows.some((row) => row.id === id));
  const redrive = useMutation({
    mutationFn: (what: 'some' | 'all') => call<{ readonly redriven: number }>('POST', `/v1/hooks/${idPath(hookId)}/dead-letters/redrive`, what === 'all' ? { all: true } : { ids: ids.slice(0, REDRIVEN_AT_ONCE_MAX) }),
    async onSuccess() {
      setSelected(new Set());
      await queryClient.invalidateQueries();
    },
    onSettled: () => setAsked(null),
  });
  return (
    <>
      {redrive.isSuccess ? <Notice tone="good">{t.hook.redriven(redrive.data.redriven)}</Notice> : null}
      {redrive.isError ? <Notice tone="bad">{describeError(t, redrive.error)}</Notice> : null}
      {mayRedrive && rows.length > 0 ? (
        <div className="buttons"><Button tone="primary" isDisabled={ids.length === 0} onPress={() => setAsked('some')}>{t.hook.redriveSome(ids.length)}</Button><Button onPress={() => setAsked('all')}>{t.hook.redriveAll}</Button></div>
      ) : null}
      <PagedRows query={query} empty={t.hook.noDead}>
        {(shown) => (
          <DataTable
            label={t.hook.deadTable} rows={shown} idOf={(row) => row.id} {...(mayRedrive ? { selected, onSelect: setSelected } : {})}
            columns={[
              { id: 'event', title: t.hook.event, cell: (row) => <Link className="mono" to="/events" search={{ id: row.event_id }}>{row.event_id}</Link> },
              { id: 'reason', title: t.hook.reason, cell: (row) => <>{row.reason.message}<span className="sub mono">{row.reason.code}</span></> },
              { id: 'attempts', title: t.hook.attemptsMade, right: true, wideOnly: true, cell: (row) => <Count value={row.attempts} /> },
              { id: 'died', title: t.hook.died, wideOnly: true, cell: (row) => <Time at={row.died_at} /> },
            ]}
          />
        )}
      </PagedRows>
      <Confirm isOpen={asked !== null} title={t.hook.redriveTitle} text={asked === 'all' ? t.hook.redriveAllText(all) : t.hook.redriveText(ids.length)} confirm={asked === 'all' ? t.hook.redriveAll : t.hook.redriveSome(ids.length)} onConfirm={() => asked !== null && redrive.mutate(asked)} onClose={() => setAsked(null)} busy={redrive.isPending} />
    </>
  );
}
