import { describe, expect, it } from 'vitest';
import { freshAccount } from './control-harness.ts';
import type { UseStore } from './control-harness.ts';

export function keyCases(use: UseStore): void {
  describe('keys', () => {
    it('are made once, also when many ask at the same time', async () => {
      const { keys } = use();
      const [first, second, cursor] = await Promise.all([keys.getOrCreate('id_key'), keys.getOrCreate('id_key'), keys.getOrCreate('cursor_key')]);
      expect([first.length, second, cursor.length]).toEqual([32, first, 32]);
      expect(cursor).not.toEqual(first);
    });

    it('for links belong to an account, and the last two stay after a rotation', async () => {
      const { keys } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      const [[first], [again]] = await Promise.all([keys.linkKeys(accountId), keys.linkKeys(accountId)]);
      expect([first!.length, again]).toEqual([32, first]);
      expect(await keys.linkKeys(other)).not.toContainEqual(first);
      const [second] = await keys.rotateLinkKey(accountId, 1);
      expect(await keys.linkKeys(accountId)).toEqual([second, first]);
      const [third] = await keys.rotateLinkKey(accountId, 2);
      expect(await keys.linkKeys(accountId)).toEqual([third, second]);
      const made = await keys.madeLinkKeys(1_000);
      expect([made.get(accountId), made.get(other), made.get(freshAccount())]).toEqual([[third, second], await keys.linkKeys(other), undefined]);
      expect(new Set([first, second, third].map((key) => Buffer.from(key!).toString('hex'))).size).toBe(3);
    });

    it('seal to a place', () => {
      const { keys } = use();
      const sealed = keys.seal('hush 😀', '1/hok_1/password');
      expect(sealed).not.toContain('hush');
      expect([keys.open(sealed, '1/hok_1/password'), keys.open(sealed, '1/hok_2/password')]).toEqual(['hush 😀', null]);
    });
  });
}
