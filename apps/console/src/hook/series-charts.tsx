import type { ApiTypes } from '@hookline/edge';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type uPlot from 'uplot';
import { seriesQuery, type SeriesRange } from '../api/queries.ts';
import { useLanguage, useText } from '../text/use-text.ts';
import { Failed, Loading } from '../ui/shown.tsx';
import { TimeChart } from '../ui/time-chart.tsx';

const RANGES = ['hour', 'day', 'week', 'month'] as const;
const TALL_PX = 190;
const SHORT_PX = 150;

/** Throughput, failures and latency of a hook over time. */
export function SeriesCharts({ hookId }: { readonly hookId: string }): ReactNode {
  const t = useText();
  const [range, setRange] = useState<SeriesRange>('hour');
  const query = useQuery({ ...seriesQuery(hookId, range), placeholderData: keepPreviousData });
  return (
    <section className="card" aria-labelledby="charts">
      <div className="head">
        <h2 id="charts" className="grow">{t.hook.charts}</h2>
        <ToggleButtonGroup className="segmented" aria-label={t.hook.charts} selectionMode="single" disallowEmptySelection selectedKeys={[range]} onSelectionChange={(keys) => setRange([...(keys as Set<SeriesRange>)][0] ?? 'hour')}>
          {RANGES.map((one) => <ToggleButton key={one} id={one}>{t.hook.ranges[one]}</ToggleButton>)}
        </ToggleButtonGroup>
      </div>
      {query.data === undefined ? query.isError ? <Failed error={query.error} onRetry={() => void query.refetch()} /> : <Loading /> : <Charts key={`${query.data.step_sec} ${query.data.buckets.length}`} series={query.data} />}
    </section>
  );
}

function Charts({ series }: { readonly series: ApiTypes['series'] }): ReactNode {
  const t = useText();
  const language = useLanguage();
  const { buckets, step_sec: stepSec } = series;
  const [throughput, failures, latency] = useMemo((): [uPlot.AlignedData, uPlot.AlignedData, uPlot.AlignedData] => {
    const times = buckets.map(({ at }) => Date.parse(at) / 1000);
    return [
      [times, buckets.map((b) => b.delivered), buckets.map((b) => b.dead)], [times, buckets.map((b) => b.failed_attempts)],
      [times, buckets.map((b) => b.duration_ms?.p50 ?? null), buckets.map((b) => b.duration_ms?.p95 ?? null)],
    ];
  }, [buckets]);
  const sum = (of: (bucket: (typeof buckets)[number]) => number): number => buckets.reduce((total, bucket) => total + of(bucket), 0);
  const slowest = Math.max(0, ...buckets.map((b) => b.duration_ms?.p95 ?? 0));
  const count = (value: number): string => value.toLocaleString(language, { notation: value >= 100_000 ? 'compact' : 'standard' });
  const common = { stepSec, group: 'hook' };
  return (
    <>
      <TimeChart {...common} heightPx={TALL_PX} title={t.hook.throughput} label={t.hook.throughputLabel(sum((b) => b.delivered), sum((b) => b.dead))} data={throughput} format={count} lines={[{ label: t.hook.delivered, color: 'one', isFilled: true }, { label: t.hook.deadCount, color: 'two', isFilled: true }]} />
      <div className="two">
        <TimeChart {...common} heightPx={SHORT_PX} title={t.hook.failures} label={t.hook.failuresLabel(sum((b) => b.failed_attempts))} data={failures} format={count} lines={[{ label: t.hook.failing, color: 'two', isFilled: true }]} />
        <TimeChart {...common} heightPx={SHORT_PX} title={t.hook.latency} label={t.hook.latencyLabel(slowest)} data={latency} format={t.hook.ms} lines={[{ label: t.hook.half, color: 'one' }, { label: t.hook.most, color: 'three', isDashed: true }]} />
      </div>
    </>
  );
}
