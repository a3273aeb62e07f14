import { type RefObject, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme } from './use-theme.ts';

/** A colour of the theme, as canvas wants it. */
export type Colors = (name: '--chart-1' | '--chart-2' | '--chart-3' | '--soft' | '--line') => string;

/**
 * A plot in the element that the answer is given to, drawn anew when `options` or the theme change and given new data otherwise, so that what is pointed at stays.
 * `options` must be the same function as long as nothing in it changes.
 */
export function usePlot(options: (colors: Colors, width: number) => uPlot.Options, data: uPlot.AlignedData): RefObject<HTMLDivElement | null> {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const latest = useRef(data);
  latest.current = data;
  const theme = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme's colours are read when it is drawn
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const style = getComputedStyle(document.documentElement);
    const made = new uPlot(options((name) => style.getPropertyValue(name).trim(), element.clientWidth), latest.current, element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: made.height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [options, theme]);
  useEffect(() => plot.current?.setData(data), [data]);
  return frame;
}
