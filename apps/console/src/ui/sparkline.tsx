import type { ReactNode } from 'react';
import { useMemo } from 'react';
import uPlot from 'uplot';
import { type Colors, usePlot } from './use-plot.ts';

const HEIGHT_PX = 30;
const BAR_SHARE = 0.75;

const options = (colors: Colors, width: number): uPlot.Options => {
  const paths = uPlot.paths.bars?.({ size: [BAR_SHARE, 100] });
  const bars = (name: '--chart-1' | '--chart-2'): uPlot.Series => ({ stroke: colors(name), fill: colors(name), width: 0, points: { show: false }, ...(paths === undefined ? {} : { paths }) });
  return {
    width, height: HEIGHT_PX, legend: { show: false }, cursor: { show: false }, padding: [2, 0, 2, 0], scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, Math.max(1, max)] } },
    series: [{}, bars('--chart-1'), bars('--chart-2')], axes: [{ show: false }, { show: false }],
  };
};

/** Two small rows of bars, one before the other: what went well, and what did not. */
export function Sparkline({ good, bad, label }: { readonly good: readonly number[]; readonly bad: readonly number[]; readonly label: string }): ReactNode {
  const data = useMemo((): uPlot.AlignedData => [good.map((_count, place) => place), [...good], [...bad]], [good, bad]);
  return <div className="sparkline" ref={usePlot(options, data)} role="img" aria-label={label} />;
}
