import { describe, expect, it } from 'vitest';
import { freshAccount, RETENTION_HOURS } from './control-harness.ts';
import type { UseStore } from './control-harness.ts';

const HOUR_MS = 3_600_000;
/** The beginning of a bucket. */
const START_MS = 100_000 * 6 * HOUR_MS;
export const CONTENT_BYTES_MAX = 5_000_000;

export function contentCases(use: UseStore): void {
  describe('content', () => {
    it('is written once per account and ref', async () => {
      const { content } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      expect(await content.put(accountId, 'send\0-1', '{"html":"a"}', START_MS)).toBe('created');
      expect([
        await content.put(accountId, 'send\0-1', '{"html":"a"}', START_MS + 1),
        await content.put(accountId, 'send\0-1', '{"html": "a"}', START_MS + 1),
      ]).toEqual(['same', 'conflict']);
      expect(await content.put(accountId, 'send\0-1', '{"html":"b"}', START_MS + 30 * HOUR_MS)).toBe('conflict');
      expect(await content.put(other, 'send\0-1', '{"html":"other"}', START_MS)).toBe('created');
      expect([
        await content.get(accountId, 'send\0-1', START_MS),
        await content.get(other, 'send\0-1', START_MS),
        await content.get(accountId, 'send', START_MS),
      ]).toEqual(['{"html":"a"}', '{"html":"other"}', null]);
    });

    it('of many equal puts is made by exactly one', async () => {
      const { content } = use();
      const accountId = freshAccount();
      const answers = await Promise.all(Array.from({ length: 10 }, () => content.put(accountId, 'r', '{}', START_MS)));
      expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'same')).toHaveLength(9);
    });

    it('is looked up over all live buckets', async () => {
      const { content } = use();
      const accountId = freshAccount();
      for (const hours of [0, 7, 40]) await content.put(accountId, `at ${hours}`, `{"h":${hours}}`, START_MS + hours * HOUR_MS);
      const found = await content.lookUp(accountId, ['at 0', 'at 7', 'at 40', 'never', 'at 0'], START_MS + 41 * HOUR_MS);
      expect([...found].sort()).toEqual([
        ['at 0', '{"h":0}'],
        ['at 40', '{"h":40}'],
        ['at 7', '{"h":7}'],
      ]);
    });

    it('is not seen past the retention, even while its bucket is there, and can be written anew', async () => {
      const { content } = use();
      const accountId = freshAccount();
      const putAt = START_MS + HOUR_MS;
      const expiry = putAt + RETENTION_HOURS * HOUR_MS;
      await content.put(accountId, 'r', '{"n":1}', putAt);
      expect([
        await content.get(accountId, 'r', expiry - 1),
        await content.get(accountId, 'r', expiry),
        (await content.lookUp(accountId, ['r'], expiry)).size,
      ]).toEqual(['{"n":1}', null, 0]);
      expect(await content.put(accountId, 'r', '{"n":2}', expiry)).toBe('created');
      expect(await content.get(accountId, 'r', expiry)).toBe('{"n":2}');
    });

    it('is dropped by whole buckets', async () => {
      const { content } = use();
      const accountId = freshAccount();
      const later = START_MS + 1_000 * HOUR_MS;
      await content.put(accountId, 'old', '{"n":1}', later);
      await content.put(accountId, 'young', '{"n":2}', later + 7 * HOUR_MS);
      await content.cleanUp(later + (6 + RETENTION_HOURS) * HOUR_MS);
      // Looked for with a clock that would still show it.
      expect([await content.get(accountId, 'old', later + 8 * HOUR_MS), await content.get(accountId, 'young', later + 8 * HOUR_MS)]).toEqual([null, '{"n":2}']);
    });

    it('is refused over the cap, and accepted again once old buckets are dropped', async () => {
      const { content } = use();
      const accountId = freshAccount();
      const later = START_MS + 2_000 * HOUR_MS;
      const body = `"${'x'.repeat(500_000)}"`;
      const answers: string[] = [];
      for (let count = 0; count < 12; count++) answers.push(await content.put(accountId, `r${count}`, body, later));
      expect([answers[0], answers.at(-1)]).toEqual(['created', 'full']);
      expect(await content.put(accountId, 'r0', body, later)).toBe('same');
      await content.cleanUp(later + 100 * HOUR_MS);
      expect(await content.put(accountId, 'new', body, later + 100 * HOUR_MS)).toBe('created');
    });
  });
}
