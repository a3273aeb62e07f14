import { expect, it } from 'vitest';
import { runImport } from './run-import.ts';

// `npm run soak -- profile-import` does it with a million, and measures what events beside it notice.

/** Above what the process takes for itself, far below the 120 MB that these profiles are, and the more that they would be in memory. */
const GROWTH_BYTES_MAX = 90 * 1024 * 1024;

it('a bulk import is stored as it comes, in memory that does not grow with it', async () => {
  const figures = await runImport({ profiles: 30_000, paddingBytes: 4_000, rate: 0, aloneMs: 0 });
  expect(figures).toMatchObject({ accepted: 30_000, found: figures.lookedFor });
  expect(figures.rssPeakBytes - figures.rssEarlyBytes).toBeLessThan(GROWTH_BYTES_MAX);
}, 240_000);

it('events are taken in beside it', async () => {
  const figures = await runImport({ profiles: 5_000, paddingBytes: 0, rate: 500, aloneMs: 500 });
  expect(figures).toMatchObject({ accepted: 5_000, refused: 0, found: figures.lookedFor });
  expect(figures.beside.requests).toBeGreaterThan(0);
}, 240_000);
