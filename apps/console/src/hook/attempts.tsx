import type { ApiTypes } from '@hookline/edge';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { attemptsQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { PagedRows } from '../ui/paged-table.tsx';
import { Badge, Count, Json, Time, useAgo } from '../ui/shown.tsx';

type Attempt = ApiTypes['attempt'];

export function Attempts({ hookId }: { readonly hookId: string }): ReactNode {
  const t = useText();
  const query = useInfiniteQuery(attemptsQuery(hookId));
  const [shown, setShown] = useState<Attempt | null>(null);
  return (
    <>
      <PagedRows query={query} empty={t.hook.noAttempts}>
        {(rows) => (
          <DataTable
            label={t.hook.attemptsTable} rows={rows} idOf={(row) => `${row.delivery_id}/${row.attempt}/${row.started_at}`} onOpen={setShown}
            columns={[
              { id: 'when', title: t.hook.when, cell: (row) => <Time at={row.started_at} /> },
              { id: 'outcome', title: t.hook.outcome, cell: (row) => <Outcome attempt={row} /> },
              { id: 'attempt', title: t.hook.attemptNumber, right: true, wideOnly: true, cell: (row) => <Count value={row.attempt} /> },
              { id: 'events', title: t.hook.eventCount, right: true, cell: (row) => <Count value={row.events} /> },
              { id: 'duration', title: t.hook.duration, right: true, wideOnly: true, cell: (row) => (row.duration_ms === null ? '–' : t.hook.ms(row.duration_ms)) },
            ]}
          />
        )}
      </PagedRows>
      {shown === null ? null : <AttemptDialog attempt={shown} onClose={() => setShown(null)} />}
    </>
  );
}

function Outcome({ attempt }: { readonly attempt: Attempt }): ReactNode {
  const t = useText();
  return <><Badge tone={attempt.outcome === 'delivered' ? 'good' : attempt.outcome === 'unknown' ? 'warn' : 'bad'}>{t.outcomes[attempt.outcome] ?? attempt.outcome}</Badge>{attempt.message === undefined ? null : <span className="sub">{attempt.message}</span>}</>;
}

function AttemptDialog({ attempt, onClose }: { readonly attempt: Attempt; readonly onClose: () => void }): ReactNode {
  const t = useText();
  const ago = useAgo();
  return (
    <Dialog title={t.hook.details} isOpen onClose={onClose} wide>
      <dl className="facts">
        <dt>{t.hook.outcome}</dt><dd><Outcome attempt={attempt} /></dd>
        <dt>{t.hook.when}</dt><dd><Time at={attempt.started_at} />{attempt.duration_ms === null ? '' : `, ${t.hook.ms(attempt.duration_ms)}`}</dd>
        <dt>{t.hook.delivery}</dt><dd className="mono">{attempt.delivery_id}</dd>
        <dt>{t.hook.attemptNumber}</dt><dd>{attempt.attempt}, {t.hook.eventsIn(attempt.events)}</dd>
        {attempt.next_attempt_at === null ? null : <><dt>{t.hook.nextTry}</dt><dd><Time at={attempt.next_attempt_at} /> ({ago(attempt.next_attempt_at)})</dd></>}
      </dl>
      <h3>{t.hook.request}</h3><Json label={t.hook.request} value={attempt.request} />
      <h3>{t.hook.response}</h3>{attempt.response === null ? <p>{t.hook.noResponse}</p> : <Json label={t.hook.response} value={attempt.response} />}
    </Dialog>
  );
}
