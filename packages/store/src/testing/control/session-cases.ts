import { expect, it } from 'vitest';
import type { OpenControlStore } from '../../control/assemble-control-store.ts';

const NO_USER = { name: 'n', master: false, scopes: [], passwordHash: 'hash' } as const;

export function sessionCases(use: () => OpenControlStore): void {
  it('finds a session with its user, until it is over or ended', async () => {
    const { sessions, users } = use();
    await users.create({ ...NO_USER, id: 'usr_s1', accountId: 1, login: 's1' }, 1_000);
    await sessions.begin({ sha256: 'a1', accountId: 1, userId: 'usr_s1', expiresAt: 9_000 }, 1_000);
    await sessions.begin({ sha256: 'a2', accountId: 1, userId: 'usr_s1', expiresAt: 9_000 }, 2_000);
    expect(await sessions.find('a1', 8_999)).toMatchObject({ session: { accountId: 1, userId: 'usr_s1', createdAt: 1_000, expiresAt: 9_000 }, user: { id: 'usr_s1', login: 's1' } });
    expect([await sessions.find('a1', 9_000), await sessions.find('a', 2_000), await sessions.find('', 2_000)]).toEqual([null, null, null]);
    await sessions.end('a1');
    expect(await sessions.find('a1', 2_000)).toBeNull();
    expect(await sessions.find('a2', 2_000)).not.toBeNull();
  });

  it('ends what began before another password, and with the user', async () => {
    const { sessions, users } = use();
    await users.create({ ...NO_USER, id: 'usr_s2', accountId: 1, login: 's2' }, 1_000);
    await sessions.begin({ sha256: 'b1', accountId: 1, userId: 'usr_s2', expiresAt: 9_000 }, 1_000);
    await users.update(1, 'usr_s2', { name: 'other' }, { nowMs: 2_000 });
    expect((await sessions.find('b1', 2_000))?.user.name).toBe('other');
    await users.update(1, 'usr_s2', { passwordHash: 'another' }, { nowMs: 3_000 });
    await sessions.begin({ sha256: 'b2', accountId: 1, userId: 'usr_s2', expiresAt: 9_000 }, 3_000);
    expect([await sessions.find('b1', 3_000), (await sessions.find('b2', 3_000))?.user.id]).toEqual([null, 'usr_s2']);
    await users.update(1, 'usr_s2', { passwordHash: null }, { nowMs: 4_000 });
    expect(await sessions.find('b2', 4_000)).toBeNull();
    await users.update(1, 'usr_s2', { passwordHash: 'third' }, { nowMs: 5_000 });
    await sessions.begin({ sha256: 'b3', accountId: 1, userId: 'usr_s2', expiresAt: 9_000 }, 5_000);
    await users.delete(1, 'usr_s2');
    expect(await sessions.find('b3', 5_000)).toBeNull();
  });
}
