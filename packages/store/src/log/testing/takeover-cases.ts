import { expect, it } from 'vitest';
import { ShardLog } from '../shard-log.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { appendAll, type LogHarness, TestClock, WINDOW_MS } from './log-harness.ts';
import { draft, laneOp } from './sample-rows.ts';

const open = (harness: LogHarness): Promise<ShardLog> => ShardLog.open({ backend: harness.backend(), clock: new TestClock(), defer: setImmediate, dedupeWindowMs: WINDOW_MS });

/** For drivers on whose place two processes can open the log. */
export function takeoverCases(makeHarness: () => Promise<LogHarness>): void {
  it('shuts out the appender before: its commits fail as a whole, and it stays out', async () => {
    const harness = await makeHarness();
    const first = await open(harness);
    await appendAll(first, [draft()]);
    const second = await open(harness);
    const late = first.append({ events: [draft({ callerId: 'late' }), draft()] });
    await expect(late).rejects.toMatchObject({ code: 'invariant_broken' });
    expect(first.trouble()).toBe('store_unavailable');
    await expect(first.append({ events: [draft()] })).rejects.toMatchObject({ code: 'invariant_broken' });
    await expect(first.appendControl({ hookId: 'h', accountId: 1, change: 1, action: 'deleted' })).rejects.toMatchObject({ code: 'invariant_broken' });
    expect((await appendAll(second, [draft({ callerId: 'late' })]))[0]).toMatchObject({ status: 'accepted', position: 2 });
    await first.close();
    await second.close();
    await harness.remove();
  });

  it('leaves what lanes asked of the one before undone, until it closes', async () => {
    const harness = await makeHarness();
    const first = await open(harness);
    const second = await open(harness);
    const lane = first.commit([laneOp({ add: { matched: 1 } })]);
    const ended = lane.then(() => 'done', () => 'refused');
    await waitFor(() => first.trouble() !== null);
    await first.close();
    expect(await ended).toBe('refused');
    expect((await second.load()).lanes).toEqual([]);
    await second.close();
    await harness.remove();
  });
}
