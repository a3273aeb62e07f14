import type { Clock } from '@hookline/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { REVISION_KINDS } from '../revision.ts';
import type { RevisionKind, Revisions } from '../revision.ts';
import { startRevisionPoll } from './revision-poll.ts';
import type { RevisionPoll } from './revision-poll.ts';

const ZERO = Object.fromEntries(REVISION_KINDS.map((kind) => [kind, 0])) as Revisions;

describe('the revision poll', () => {
  let timers: (() => void)[];
  let current: Revisions | Error;
  let refreshed: RevisionKind[];
  let failing: RevisionKind | null;
  let poll: RevisionPoll;

  beforeEach(() => {
    [timers, current, refreshed, failing] = [[], ZERO, [], null];
    const clock: Clock = {
      now: () => 0,
      monotonic: () => 0,
      after(_delayMs, callback) {
        timers.push(callback);
        return () => void timers.splice(timers.indexOf(callback), 1);
      },
    };
    const refresh = Object.fromEntries(
      REVISION_KINDS.map((kind) => [
        kind,
        () => {
          refreshed.push(kind);
          if (kind === failing) throw new Error('away');
        },
      ]),
    ) as Record<RevisionKind, () => void>;
    poll = startRevisionPoll({ clock, seen: ZERO, refresh, read: async () => (current instanceof Error ? Promise.reject(current) : current) });
  });

  async function tick(): Promise<void> {
    timers.shift()!();
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  it('refreshes what moved, once', async () => {
    current = { ...ZERO, hooks: 3, tokens: 1 };
    await tick();
    await tick();
    expect(refreshed.sort()).toEqual(['hooks', 'tokens']);
  });

  it('refreshes again what failed, and goes on while the server is away', async () => {
    current = new Error('away');
    await tick();
    [current, failing] = [{ ...ZERO, hooks: 1 }, 'hooks'];
    await tick();
    failing = null;
    await tick();
    await tick();
    expect(refreshed).toEqual(['hooks', 'hooks']);
  });

  it('ends with close', async () => {
    await poll.close();
    expect(timers).toEqual([]);
  });
});
