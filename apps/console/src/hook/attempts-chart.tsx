import type { ApiTypes } from '@hookline/edge';
import { type ReactNode, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useFormatLocale, useText } from '../text/use-text.ts';
import { useTheme } from '../ui/use-theme.ts';

const HEIGHT_PX = 220;
const BUCKETS = 60;

/** Attempts by time: events delivered, attempts failed, and how long they took. */
export function AttemptsChart({ attempts }: { readonly attempts: readonly ApiTypes['attempt'][] }): ReactNode {
  const t = useText();
  const theme = useTheme();
  const locale = useFormatLocale();
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const style = getComputedStyle(document.documentElement);
    const color = (name: string): string => style.getPropertyValue(name).trim();
    const axis = { stroke: color('--soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { stroke: color('--line'), width: 1 } };
    const plot = new uPlot(
      {
        width: element.clientWidth, height: HEIGHT_PX, legend: { show: false }, cursor: { drag: { x: false, y: false } },
        scales: { x: { time: true }, ms: { range: (_u, _min, max) => [0, Math.max(10, (max ?? 0) * 1.1)] }, y: { range: (_u, _min, max) => [0, Math.max(4, (max ?? 0) * 1.15)] } },
        series: [
          {}, { label: t.hook.delivering, stroke: color('--chart-1'), width: 2, fill: `${color('--chart-1')}22`, points: { show: true, size: 4 } }, { label: t.hook.failing, stroke: color('--chart-2'), width: 2, dash: [6, 3], points: { show: true, size: 5 } },
          { label: t.hook.latency, stroke: color('--chart-3'), width: 1.5, scale: 'ms', dash: [2, 3], spanGaps: true, points: { show: false } },
        ],
        axes: [{ ...axis, values: (_u, splits) => splits.map((at) => new Date(at * 1000).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' })), space: 90 }, { ...axis }, { ...axis, scale: 'ms', side: 1, grid: { show: false } }],
      },
      bucket(attempts), element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
    // The theme's colours are read when it is drawn.
    // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  }, [attempts, locale, t, theme]);
  return (
    <>
      <div className="legend" aria-hidden><span><i />{t.hook.delivering}</span><span><i className="two" />{t.hook.failing}</span><span><i className="three" />{t.hook.latency}</span></div>
      <div className="chart" ref={frame} role="img" aria-label={t.hook.chartLabel(attempts.length)} />
    </>
  );
}

function bucket(attempts: readonly ApiTypes['attempt'][]): uPlot.AlignedData {
  const times = attempts.map((attempt) => Date.parse(attempt.started_at) / 1000);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const width = Math.max(1, (last - first) / BUCKETS);
  const rows = new Map<number, { delivered: number; failed: number; ms: number; count: number }>();
  attempts.forEach((attempt, index) => {
    const at = Math.floor(((times[index] as number) - first) / width);
    const row = rows.get(at) ?? { delivered: 0, failed: 0, ms: 0, count: 0 };
    if (attempt.outcome === 'delivered') row.delivered += attempt.events;
    else row.failed += 1;
    rows.set(at, { ...row, ms: row.ms + (attempt.duration_ms ?? 0), count: row.count + 1 });
  });
  const from = rows.size === 1 ? -2 : 0;
  const to = rows.size === 1 ? 2 : Math.max(...rows.keys());
  const steps = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return [steps.map((step) => first + step * width), steps.map((step) => rows.get(step)?.delivered ?? 0), steps.map((step) => rows.get(step)?.failed ?? 0), steps.map((step) => { const row = rows.get(step); return row === undefined ? null : row.ms / row.count; })];
}
