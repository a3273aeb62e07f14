import { describe, expect, it } from 'vitest';
import { freshAccount } from './control-harness.ts';
import type { UseStore } from './control-harness.ts';

const DAY_MS = 24 * 3_600_000;
const NOBODY = { profileId: null, xxh: null, md5: null };

export function visitorCases(use: UseStore): void {
  describe('visitors', () => {
    it('are nobody until they are somebody, in one database of one account', async () => {
      const { visitors } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      expect(await visitors.find(accountId, 1, 'v', 1)).toBeNull();
      const ann = { profileId: 'ann', xxh: null, md5: null };
      expect(await visitors.link(accountId, 1, 'v', ann, 1)).toEqual(ann);
      expect([await visitors.find(accountId, 1, 'v', 1), await visitors.find(accountId, 2, 'v', 1), await visitors.find(other, 1, 'v', 1), await visitors.find(accountId, 1, 'w', 1)]).toEqual([ann, null, null, null]);
    });

    it('become known better, and another person is another', async () => {
      const { visitors } = use();
      const accountId = freshAccount();
      const hashes = { xxh: '0f1e2d3c4b5a6978', md5: '00112233445566778899aabbccddeeff' };
      await visitors.link(accountId, 1, 'v', { ...NOBODY, ...hashes }, 1);
      expect(await visitors.link(accountId, 1, 'v', { ...NOBODY, profileId: 'ann' }, 2)).toEqual({ profileId: 'ann', ...hashes });
      expect(await visitors.link(accountId, 1, 'v', { ...NOBODY, profileId: 'bob' }, 3)).toEqual({ ...NOBODY, profileId: 'bob' });
      expect(await visitors.find(accountId, 1, 'v', 3)).toEqual({ ...NOBODY, profileId: 'bob' });
    });

    it('are nobody again when their profile is deleted', async () => {
      const { visitors, profiles } = use();
      const accountId = freshAccount();
      await profiles.put(accountId, [{ databaseId: 1, profileId: 'ann', fields: '{}' }], 1);
      await visitors.link(accountId, 1, 'v', { profileId: 'ann', xxh: 'aa', md5: 'bb' }, 1);
      await profiles.delete(accountId, 1, 'ann', 2);
      // What this process remembers may be a minute old; a link reads what is written.
      expect(await visitors.link(accountId, 1, 'other', NOBODY, 2)).toEqual(NOBODY);
      expect(profiles.mayBeDeleted(accountId, 1, 'ann')).toBe(true);
    });

    it('are forgotten when they were not seen for 400 days', async () => {
      const { visitors } = use();
      const accountId = freshAccount();
      const ann = { ...NOBODY, profileId: 'ann' };
      await visitors.link(accountId, 1, 'gone', ann, 0);
      await visitors.link(accountId, 1, 'comes back', ann, 0);
      expect(await visitors.find(accountId, 1, 'comes back', 300 * DAY_MS)).toEqual(ann);
      while (await visitors.cleanUp(401 * DAY_MS));
      // Deleted by its age, not by this process: what is kept in memory does not count.
      await visitors.link(accountId, 2, 'gone', ann, 401 * DAY_MS);
      expect((await visitors.link(accountId, 1, 'comes back', { ...NOBODY, md5: 'aa' }, 401 * DAY_MS)).profileId).toBe('ann');
    });
  });
}
