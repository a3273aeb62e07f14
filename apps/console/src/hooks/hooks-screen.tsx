import type { ApiTypes } from '@hookline/edge';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { briefSeriesQuery, hooksQuery, laneQuery, lanesEvery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { ActionMenu, TextField } from '../ui/controls.tsx';
import { type DataColumn, DataTable } from '../ui/data-table.tsx';
import { Ago, Count, Empty, Failed, Loading } from '../ui/shown.tsx';
import { describeDestination } from './destination.ts';
import { StateBadge } from './state-badge.tsx';
import { useHookActions } from './use-hook-actions.tsx';

const Sparkline = lazy(() => import('../ui/sparkline.tsx').then((module) => ({ default: module.Sparkline })));

interface HookRow {
  readonly hook: ApiTypes['hook'];
  readonly lane: ApiTypes['lane'] | undefined;
  readonly series: ApiTypes['briefSeries'] | undefined;
}

export function HooksScreen(): ReactNode {
  const t = useText();
  const hooks = useQuery(hooksQuery);
  const [search, setSearch] = useState('');
  const { dialogs, isMaster, actionsOf } = useHookActions();
  const navigate = useNavigate();
  const found = (hooks.data?.data ?? []).filter((hook) => `${hook.name} ${describeDestination(hook.request)}`.toLowerCase().includes(search.toLowerCase()));
  const lanes = useQueries({ queries: found.map((hook) => laneQuery(hook.id, lanesEvery(found.length))) });
  const series = new Map((useQuery(briefSeriesQuery).data?.data ?? []).map((one) => [one.hook_id, one]));
  const rows = found.map((hook, index): HookRow => ({ hook, lane: lanes[index]?.data, series: series.get(hook.id) }));

  const columns: readonly DataColumn<HookRow>[] = [
    { id: 'name', title: t.hooks.name, cell: ({ hook }) => <><Link className="name" to="/hooks/$hookId" params={{ hookId: hook.id }}>{hook.name}</Link><span className="sub one-line wide-only">{t.editor.types[hook.request['type'] as 'http']} · {describeDestination(hook.request)}</span></> },
    { id: 'state', title: t.hooks.state, cell: ({ hook, lane }) => <StateBadge hook={hook} lane={lane} /> },
    { id: 'day', title: t.hooks.day, wideOnly: true, cell: (row) => (row.series === undefined ? null : <Day series={row.series} />) },
    { id: 'delivered', title: t.hooks.delivered, right: true, wideOnly: true, cell: ({ lane }) => (lane === undefined ? '…' : <Count value={lane.counters.delivered} />) },
    { id: 'waiting', title: t.hooks.waiting, right: true, wideOnly: true, cell: ({ lane }) => (lane === undefined ? '…' : <Count value={lane.counters.waiting + lane.counters.in_flight} />) },
    { id: 'dead', title: t.hooks.dead, right: true, wideOnly: true, cell: ({ lane }) => (lane === undefined ? '…' : <Count value={lane.counters.dead} />) },
    { id: 'behind', title: t.hooks.behind, right: true, wideOnly: true, cell: ({ lane }) => (lane === undefined ? '…' : <Count value={lane.backlog_events} />) },
    { id: 'oldest', title: t.hooks.oldest, wideOnly: true, cell: ({ lane }) => (lane?.oldest_waiting_at ? <Ago at={lane.oldest_waiting_at} /> : '–') },
    ...(isMaster ? [{ id: 'actions', title: t.app.actions, hideTitle: true, right: true, cell: ({ hook }: HookRow) => <ActionMenu label={t.app.actionsOf(hook.name)} actions={actionsOf(hook)} /> }] : []),
  ];

  return (
    <>
      <div className="head"><h1 className="grow">{t.nav.hooks}</h1>{isMaster ? <Link className="button primary" to="/hooks/new">{t.hooks.new}</Link> : null}</div>
      {hooks.isPending ? <Loading /> : hooks.data === undefined ? <Failed error={hooks.error} onRetry={() => void hooks.refetch()} /> : hooks.data.data.length === 0 ? (
        <Empty title={t.hooks.emptyTitle}>
          <p>{t.hooks.emptyText}</p>
          <ol>{t.hooks.emptySteps.map((step) => <li key={step}>{step}</li>)}</ol>
          {isMaster ? <Link className="button primary" to="/hooks/new">{t.hooks.new}</Link> : <p>{t.app.lookOnly}</p>}
        </Empty>
      ) : (
        <>
          {hooks.data.data.length > 5 ? <div className="tools"><TextField label={t.hooks.search} type="search" value={search} onChange={setSearch} /></div> : null}
          {rows.length === 0 ? <Empty><p>{t.hooks.noMatch}</p></Empty> : <DataTable label={t.hooks.title} columns={columns} rows={rows} idOf={({ hook }) => hook.id} onOpen={({ hook }) => void navigate({ to: '/hooks/$hookId', params: { hookId: hook.id } })} />}
        </>
      )}
      {dialogs}
    </>
  );
}

function Day({ series }: { readonly series: ApiTypes['briefSeries'] }): ReactNode {
  const t = useText();
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  return <Suspense fallback={<div className="sparkline" />}><Sparkline good={series.delivered} bad={series.failed_attempts} label={t.hooks.sparkline(sum(series.delivered), sum(series.failed_attempts))} /></Suspense>;
}
