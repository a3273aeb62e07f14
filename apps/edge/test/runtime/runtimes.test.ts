import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FETCH_HTTP_GAPS } from '@hookline/transports';
import { expect, it } from 'vitest';
import { RUNTIMES } from './runtimes.ts';

const document = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/runtimes.md'), 'utf8');
const rowsUnder = (head: string): readonly string[] => (document.split(`${head}\n`)[1] ?? '').split('\n').slice(1).filter((_, index, lines) => lines.slice(0, index + 1).every((line) => line.startsWith('|')));

it('the document lists the gaps of the suite, no more and no less', () => {
  const gaps = RUNTIMES.flatMap(({ name, gaps }) => Object.values(gaps).map(({ cannot, reason }) => `| ${name} | ${cannot} | ${reason} |`));
  expect(rowsUnder('| Runtime | It cannot | Because |')).toEqual(gaps);
});

it('and those of sending by fetch', () => {
  expect(rowsUnder('| Gap | Because |')).toEqual(FETCH_HTTP_GAPS.map((gap) => `| \`${gap.case}\` | ${gap.reason} |`));
});
