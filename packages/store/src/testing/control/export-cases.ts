import { describe, expect, it } from 'vitest';
import type { ExportRun } from '../../control/export-run.ts';
import { freshAccount, PAGE_OF_ALL } from './control-harness.ts';
import type { UseStore } from './control-harness.ts';

type NewExport = Omit<ExportRun, 'version' | 'createdAt' | 'updatedAt'>;

let nextExport = 1;
function newExport(accountId: number, change: Partial<NewExport> = {}): NewExport {
  const number = nextExport++;
  return {
    id: `exp_${number}`, accountId, hookId: `hok_of_${number}`, from: '2026-01-01', to: 'now', status: 'in_progress', pausedBy: null,
    selection: {
      databaseId: null, events: ['click'], filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] }, customData: { fields: [], template: {} }, includeContent: false, includeEventId: true,
      subjects: { click: ['mailing'] },
    },
    skippedEventTypes: ['profile_merge'], shards: [{ shard: 0, logId: 'l', through: 9, liveAfter: 5, live: [[7, 8]], leftOut: [3] }], maxEventsPerSec: null, error: null, total: null, removed: 0, finishedAt: null, final: null, ...change,
  };
}

export function exportCases(use: UseStore): void {
  describe('exports', () => {
    it('come back as they were made, to their own account', async () => {
      const { exports } = use();
      const [accountId, other] = [freshAccount(), freshAccount()];
      const run = newExport(accountId, { maxEventsPerSec: 5, error: { code: 'x', message: 'y' }, total: 3 });
      const made = await exports.create(run, 100);
      expect(made).toEqual({ ...run, version: 1, createdAt: 100, updatedAt: 100 });
      expect([await exports.get(accountId, run.id), await exports.get(other, run.id)]).toEqual([made, null]);
    });

    it('are one at a time for a hook, whatever happens at once', async () => {
      const { exports } = use();
      const accountId = freshAccount();
      const first = newExport(accountId);
      const { hookId } = first;
      const answers = await Promise.all([first, newExport(accountId, { hookId }), newExport(accountId, { hookId, status: 'paused', pausedBy: 'user' })].map((run) => exports.create(run, 1)));
      expect(answers.filter((answer) => answer === 'running')).toHaveLength(2);
      const made = answers.find((answer) => answer !== 'running') as ExportRun;
      await exports.update(made.id, { status: 'completed', finishedAt: 2 }, { nowMs: 2, only: { status: ['in_progress', 'paused'] } });
      expect(await exports.create(newExport(accountId, { hookId }), 3)).toMatchObject({ version: 1 });
    });

    it('are listed newest first, of one hook or of all', async () => {
      const { exports } = use();
      const accountId = freshAccount();
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) ids.unshift(((await exports.create(newExport(accountId, n === 2 ? { hookId: `hok_mine_${accountId}` } : {}), 1)) as ExportRun).id);
      const first = await exports.list(accountId, null, { limit: 3, after: null });
      const second = await exports.list(accountId, null, { limit: 3, after: first.next });
      expect([first.data, second.data].map((data) => data.map(({ id }) => id))).toEqual([ids.slice(0, 3), ids.slice(3)]);
      expect((await exports.list(accountId, `hok_mine_${accountId}`, PAGE_OF_ALL)).data.map(({ id }) => id)).toEqual([ids[2]]);
    });

    it('change only where the condition holds, and tell listeners', async () => {
      const { exports } = use();
      const accountId = freshAccount();
      const { id } = (await exports.create(newExport(accountId), 1)) as ExportRun;
      const seen: string[] = [];
      const stop = exports.onChange((run) => void (run.id === id && seen.push(`${run.status}/${run.version}`)));
      const pause = { status: 'paused', pausedBy: 'user' } as const;
      const [one, two] = await Promise.all([exports.update(id, pause, { nowMs: 2, only: { status: ['in_progress'] } }), exports.update(id, pause, { nowMs: 3, only: { status: ['in_progress'] } })]);
      expect([one, two]).toContain('wrong_state');
      expect(await exports.update(id, { status: 'in_progress', pausedBy: null }, { nowMs: 4, only: { status: ['paused'], pausedBy: 'hook_inactive' } })).toBe('wrong_state');
      expect(await exports.update(id, { maxEventsPerSec: 5 }, { nowMs: 4, only: { status: ['paused'], version: 1 } })).toBe('version_conflict');
      expect(await exports.update(id, { removed: 4 }, { nowMs: 4, bumpVersion: false, only: { status: ['paused'], version: 2 } })).toMatchObject({ removed: 4, version: 2 });
      expect(await exports.update('exp_none', pause, { nowMs: 4, only: { status: ['in_progress'] } })).toBe('not_found');
      stop();
      await exports.update(id, { status: 'aborted', finishedAt: 5 }, { nowMs: 5, only: { status: ['paused'] } });
      expect(seen).toEqual(['paused/2', 'paused/2']);
    });

    it('are given to the exporter while they are unfinished, or by name', async () => {
      const { exports } = use();
      const accountId = freshAccount();
      const [running, done, other] = [newExport(accountId), newExport(accountId, { status: 'completed' }), newExport(accountId, { status: 'aborted' })];
      for (const run of [running, done, other]) await exports.create(run, 1);
      const mine = (await exports.unfinishedOr([done.id])).filter((run) => run.accountId === accountId).map(({ id }) => id);
      expect(mine).toEqual([running.id, done.id]);
    });

    it('belong to one exporter at a time, whose fence goes up with each lease anew', async () => {
      const { exports } = use();
      const accountId = freshAccount();
      const { id } = (await exports.create(newExport(accountId), 1)) as ExportRun;
      const lease = (owner: string, leaseMs = 60_000, alone = false): Promise<number | null> => exports.lease(id, { owner, leaseMs, alone });
      expect([await lease('a'), await lease('b'), await lease('a')]).toEqual([1, null, 1]);
      await exports.release(id, 'b');
      expect(await lease('b')).toBeNull();
      expect(await lease('b', -1, true)).toBe(2);
      expect(await lease('c')).toBe(3);
      expect(await exports.update(id, { removed: 1 }, { nowMs: 2, only: { status: ['in_progress'], fence: 2 } })).toBe('wrong_state');
      expect(await exports.update(id, { removed: 1 }, { nowMs: 2, only: { status: ['in_progress'], fence: 3 } })).toMatchObject({ removed: 1 });
      await exports.release(id, 'c');
      expect(await lease('d')).toBe(4);
    });
  });
}
