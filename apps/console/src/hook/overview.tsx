import type { ApiTypes } from '@hookline/edge';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense } from 'react';
import { catalogQuery, laneQuery } from '../api/queries.ts';
import { FILTER_KINDS } from '../editor/hook-form.ts';
import { describeDestination } from '../hooks/destination.ts';
import { useText } from '../text/use-text.ts';
import { Count, Failed, Loading, Notice, useAgo } from '../ui/shown.tsx';

const SeriesCharts = lazy(() => import('./series-charts.tsx').then((module) => ({ default: module.SeriesCharts })));

export function Overview({ hook }: { readonly hook: ApiTypes['hook'] }): ReactNode {
  const t = useText();
  const ago = useAgo();
  const lane = useQuery(laneQuery(hook.id));
  return (
    <>
      {lane.data === undefined ? lane.isError ? <Failed error={lane.error} /> : <Loading /> : (
        <section className="card" aria-labelledby="numbers">
          <h2 id="numbers">{t.hook.numbers}</h2>
          {lane.data.state === 'holding' ? <Notice tone="warn">{t.hook.holding} {lane.data.next_probe_at === undefined ? '' : t.hook.nextProbe(ago(lane.data.next_probe_at))} {lane.data.detail ?? ''}</Notice> : null}
          <Numbers counters={lane.data.counters} />
          <dl className="facts">
            <dt>{t.hook.lag}</dt><dd>{lane.data.backlog_events > 0 ? t.hook.behind(lane.data.backlog_events) : t.hook.upToDate}</dd>
            <dt>{t.hook.oldestWaiting}</dt><dd>{lane.data.oldest_waiting_at === null ? t.hook.nothingWaits : ago(lane.data.oldest_waiting_at)}</dd>
          </dl>
          <p className="hint">{t.hook.adds}</p>
        </section>
      )}
      <Suspense fallback={<Loading />}><SeriesCharts hookId={hook.id} /></Suspense>
      <Setup hook={hook} />
    </>
  );
}

function Numbers({ counters }: { readonly counters: ApiTypes['lane']['counters'] }): ReactNode {
  const t = useText();
  const rows: readonly [string, number, string?][] = [
    [t.hook.matched, counters.matched], [t.hook.delivered, counters.delivered], [t.hook.inFlight, counters.in_flight], [t.hook.waiting, counters.waiting], [t.hook.deadCount, counters.dead, counters.dead > 0 ? 'bad' : ''], [t.hook.cancelled, counters.cancelled], [t.hook.expired, counters.expired],
  ];
  return <dl className="numbers">{rows.map(([label, value, tone]) => <div key={label} className={tone ?? ''}><dt>{label}</dt><dd><Count value={value} /></dd></div>)}</dl>;
}

function Setup({ hook }: { readonly hook: ApiTypes['hook'] }): ReactNode {
  const t = useText();
  const databases = useQuery(catalogQuery('databases')).data?.data ?? [];
  const database = databases.find((entry) => entry.id === hook.database_id);
  const filters = FILTER_KINDS.filter((kind) => hook.filters[kind].length > 0).map((kind) => `${t.editor.filterKinds[kind]}: ${hook.filters[kind].join(', ')}`);
  const custom = [...hook.custom_data.fields, ...Object.entries(hook.custom_data.template).map(([key, value]) => `${key} = ${value}`)];
  return (
    <section className="card" aria-labelledby="setup">
      <h2 id="setup">{t.hook.setup}</h2>
      <dl className="facts">
        <dt>{t.hooks.destination}</dt><dd>{t.editor.types[hook.request['type'] as 'http']}, <span className="mono">{describeDestination(hook.request)}</span></dd>
        <dt>{t.hook.events}</dt><dd className="mono">{hook.events.join(', ')}</dd>
        <dt>{t.hook.database}</dt><dd>{hook.database_id === null ? t.hook.allDatabases : `${database?.name ?? ''} ${hook.database_id}`}</dd>
        <dt>{t.hook.filters}</dt><dd>{filters.length === 0 ? t.hook.noFilters : filters.join(' · ')}</dd>
        <dt>{t.hook.custom}</dt><dd className="mono">{custom.length === 0 ? t.app.none : custom.join(', ')}</dd>
      </dl>
    </section>
  );
}
