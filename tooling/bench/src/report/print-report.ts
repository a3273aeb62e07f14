import type { BenchReport } from '../run-bench.ts';
import type { Figure } from './figure.ts';
import { meetsGoal } from './figure.ts';

/** For people: figures beside the baseline's and the goals, what the oracle counted, and which threads the CPU went to. */
export function printReport({ figures, counts, threads }: BenchReport): string {
  const figureRows = figures.map((figure) => [figure.what, `${round(figure.value)} ${figure.unit}`, figure.baseline === undefined ? '' : round(figure.baseline), ratioOf(figure), goalOf(figure)]);
  const countRows = Object.entries(counts).map(([name, { events, lost, duplicated, corrupted, misrouted }]) => [name, ...[events, lost, duplicated, corrupted, misrouted].map((count) => (count === undefined ? 'not judged' : count.toLocaleString('en')))]);
  const threadLines = Object.entries(threads).map(([name, byThread]) => {
    const parts = Object.entries(byThread).sort(([, a], [, b]) => b - a);
    return `  ${name}: ${parts.map(([thread, ms]) => `${thread} ${round(ms)}`).join(', ')}`;
  });
  return [
    ...table(['', 'Hookline', 'baseline', 'ratio', 'goal'], figureRows), '',
    ...table(['counted', 'events', 'lost', 'duplicated', 'corrupted', 'misrouted'], countRows), '',
    'CPU ms for 1,000 events by thread', ...threadLines, '',
  ].join('\n');
}

/** How many times better. */
function ratioOf({ value, baseline, unit }: Figure): string {
  if (baseline === undefined) return '';
  return `${round(unit === 'events/s' ? value / baseline : baseline / value)}×`;
}

function goalOf(figure: Figure): string {
  const met = meetsGoal(figure);
  if (met === null || !figure.goal) return '';
  const text = 'max' in figure.goal ? `≤ ${figure.goal.max}` : `≥ ${figure.goal.ratioMin}×`;
  return `${text} ${met ? '✓' : '✗'}`;
}

const round = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : String(Math.round(value * 10) / 10));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number))).join('  ');
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)];
}
