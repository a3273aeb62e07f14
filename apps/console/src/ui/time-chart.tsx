import { type ReactNode, useCallback, useState } from 'react';
import type uPlot from 'uplot';
import { useFormatLocale } from '../text/use-text.ts';
import { type Colors, usePlot } from './use-plot.ts';

export interface ChartLine {
  readonly label: string;
  readonly color: 'one' | 'two' | 'three';
  readonly isDashed?: boolean;
  readonly isFilled?: boolean;
}

interface TimeChartProps {
  readonly title: string;
  /** What a reader hears instead. */
  readonly label: string;
  readonly lines: readonly ChartLine[];
  /** Seconds, then one row a line; null = nothing to show there. */
  readonly data: uPlot.AlignedData;
  readonly stepSec: number;
  /** Charts with the same one point at the same moment. */
  readonly group: string;
  readonly format: (value: number) => string;
  readonly heightPx: number;
}

const COLORS = { one: '--chart-1', two: '--chart-2', three: '--chart-3' } as const;
const TICK_SPACE_PX = 90;
const DAY_SEC = 86_400;

/** Lines over time, with the values of the moment that is pointed at. Its options are those of the first drawing: what changes them changes its key. */
export function TimeChart({ title, label, lines, data, stepSec, group, format, heightPx }: TimeChartProps): ReactNode {
  const locale = useFormatLocale();
  const [pointed, setPointed] = useState<number | null>(null);
  const span = ((data[0]?.length ?? 0) - 1) * stepSec;
  const print = useCallback((at: number): string => new Date(at * 1000).toLocaleString(locale, span <= DAY_SEC ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short', ...(span <= 7 * DAY_SEC ? { hour: '2-digit' as const } : {}) }), [locale, span]);
  const options = usePlotOptions({ lines, group, heightPx, print, format, onPoint: setPointed });
  const frame = usePlot(options, data);
  const at = pointed === null ? undefined : data[0]?.[pointed];
  return (
    <figure className="chart-frame">
      <figcaption><b>{title}</b>
        <span className="legend" aria-hidden>
          {lines.map((line, place) => { const value = pointed === null ? null : data[place + 1]?.[pointed]; return <span key={line.label}><i className={line.color} />{line.label}{value === null || value === undefined ? '' : `: ${format(value)}`}</span>; })}
          {at === undefined ? null : <span>{print(at)}</span>}
        </span>
      </figcaption>
      <div ref={frame} role="img" aria-label={label} />
    </figure>
  );
}

function usePlotOptions({ lines, group, heightPx, print, format, onPoint }: Pick<TimeChartProps, 'lines' | 'group' | 'heightPx' | 'format'> & { readonly print: (at: number) => string; readonly onPoint: (place: number | null) => void }): (colors: Colors, width: number) => uPlot.Options {
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines and format belong to the chart for as long as it stands
  return useCallback((colors, width) => {
    const axis = { stroke: colors('--soft'), grid: { stroke: colors('--line'), width: 1 }, ticks: { stroke: colors('--line'), width: 1 }, font: '12px system-ui' };
    return {
      width, height: heightPx, legend: { show: false }, cursor: { y: false, drag: { x: false, y: false }, sync: { key: group } }, padding: [8, 12, 0, 0],
      scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] } },
      series: [{}, ...lines.map((line): uPlot.Series => ({ label: line.label, stroke: colors(COLORS[line.color]), width: 1.5, points: { show: false }, spanGaps: false, ...(line.isDashed ? { dash: [5, 3] } : {}), ...(line.isFilled ? { fill: `${colors(COLORS[line.color])}26` } : {}) }))],
      axes: [{ ...axis, values: (_plot, splits) => splits.map(print), space: TICK_SPACE_PX }, { ...axis, size: 64, values: (_plot, splits) => splits.map((value) => (Number.isInteger(value) ? format(value) : '')) }],
      hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
    };
  }, [group, heightPx, print]);
}
