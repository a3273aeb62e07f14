import type { ApiTypes } from '@hookline/edge';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ProgressBar } from 'react-aria-components';
import { call, idPath } from '../api/client.ts';
import { exportsQuery, hooksQuery, sessionQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { ActionMenu } from '../ui/controls.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { PagedRows } from '../ui/paged-table.tsx';
import { Badge, type BadgeTone, describeError, Notice } from '../ui/shown.tsx';
import { useLiveExport } from './use-live-export.ts';

type Export = ApiTypes['export'];
const TONES: Readonly<Record<Export['status'], BadgeTone>> = { in_progress: 'info', paused: 'warn', completed: 'good', error: 'bad', aborted: 'off' };

/** Exports of one hook, or of all; those in progress move by themselves. */
export function ExportsTable({ hookId }: { readonly hookId: string | null }): ReactNode {
  const t = useText();
  const queryClient = useQueryClient();
  const query = useInfiniteQuery(exportsQuery(hookId));
  const names = new Map((useQuery(hooksQuery).data?.data ?? []).map((hook) => [hook.id, hook.name]));
  const isMaster = useQuery(sessionQuery).data?.user.master ?? false;
  const [aborted, setAborted] = useState<Export | null>(null);
  const act = useMutation({ mutationFn: ({ run, verb }: { readonly run: Export; readonly verb: 'suspend' | 'resume' | 'abort' }) => call('POST', `/v1/exports/${idPath(run.id)}/${verb}`, {}), onSuccess: () => queryClient.invalidateQueries({ queryKey: ['exports'] }), onSettled: () => setAborted(null) });
  const actionsOf = (run: Export) => [
    run.status === 'in_progress' ? { id: 'suspend', label: t.exports.suspend, onAction: () => act.mutate({ run, verb: 'suspend' }) } : { id: 'resume', label: t.exports.resume, onAction: () => act.mutate({ run, verb: 'resume' }) },
    { id: 'abort', label: t.exports.abort, danger: true, onAction: () => setAborted(run) },
  ];
  return (
    <>
      {act.isError ? <Notice tone="bad">{describeError(t, act.error)}</Notice> : null}
      <PagedRows query={query} empty={t.exports.empty}>
        {(rows) => (
          <DataTable
            label={t.exports.table} rows={rows} idOf={(row) => row.id}
            columns={[
              { id: 'period', title: t.exports.days, cell: (row) => <><span className="whole">{row.from} –</span> <span className="whole">{row.to === 'now' ? t.exports.now : row.to}</span>{hookId === null ? <span className="sub">{names.has(row.hook_id) ? <Link to="/hooks/$hookId" params={{ hookId: row.hook_id }}>{names.get(row.hook_id)}</Link> : t.exports.deletedHook}</span> : null}</> },
              { id: 'status', title: t.exports.status, cell: (row) => <><Badge tone={TONES[row.status]}>{t.exports.statuses[row.status]}</Badge>{row.paused_by === 'hook_inactive' ? <span className="sub">{t.exports.pausedByHook}</span> : null}{row.error === undefined ? null : <span className="sub">{row.error.message}</span>}</> },
              { id: 'progress', title: t.exports.progress, cell: (row) => <Progress run={row} /> },
              ...(isMaster ? [{ id: 'actions', title: t.app.actions, hideTitle: true, right: true, cell: (row: Export) => (row.status === 'in_progress' || row.status === 'paused' ? <ActionMenu label={t.app.actionsOf(`${row.from} – ${row.to}`)} actions={actionsOf(row)} /> : null) }] : []),
            ]}
          />
        )}
      </PagedRows>
      <Confirm isOpen={aborted !== null} title={t.exports.abortTitle} text={t.exports.abortText} confirm={t.exports.abort} danger onConfirm={() => aborted !== null && act.mutate({ run: aborted, verb: 'abort' })} onClose={() => setAborted(null)} busy={act.isPending} />
    </>
  );
}

function Progress({ run: read }: { readonly run: Export }): ReactNode {
  const t = useText();
  const run = useLiveExport(read);
  const { progress } = run;
  return (
    <ProgressBar className="progress" value={progress.percent} aria-label={t.exports.progress}>
      {({ percentage = 0 }) => (
        <>
          <span className="track"><svg width="100%" height="8" aria-hidden preserveAspectRatio="none"><rect className="fill" width={`${percentage}%`} height="8" /></svg></span>
          <small>{Math.floor(percentage)} % · {t.exports.sent(progress.delivered, progress.matched)}{progress.dead > 0 ? `, ${t.exports.dead(progress.dead)}` : ''}</small>
          {run.status === 'in_progress' ? <small>{t.exports.rate(progress.events_per_sec)}{progress.live_events_per_sec === null ? '' : `, ${t.exports.besideLive(progress.live_events_per_sec)}`}{progress.eta_sec === null ? '' : `, ${t.exports.eta(progress.eta_sec)}`}</small> : null}
          {run.skipped_event_types.length === 0 ? null : <small>{t.exports.skipped(run.skipped_event_types.join(', '))}</small>}
        </>
      )}
    </ProgressBar>
  );
}
