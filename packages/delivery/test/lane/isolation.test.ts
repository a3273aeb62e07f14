// One hook does not delay another: what lanes share (memory of queues, reading of the log) is shared out so that who fails, crawls or has far to go pays for it alone.
import { describe, expect, it } from 'vitest';
import { LanesRig } from './lanes-rig.ts';

const AWAY = { outcome: { kind: 'failed', code: 'http_5xx', message: 'away' }, answerMs: 5 } as const;
const CRAWLING = { outcome: { kind: 'delivered' }, answerMs: 14_000 } as const;
const LARGE = 8_000;
const MINUTE_MS = 60_000;
const BATCH = 50;

async function started(): Promise<LanesRig> {
  const rig = new LanesRig();
  await rig.start();
  return rig;
}

/** Most requests of this hook were full ones. */
function meanBatch(rig: LanesRig, id: string): number {
  return rig.delivered(id) / (rig.arrivals.get(id) ?? []).length;
}

describe('a lane beside others', () => {
  it('gets its full batches while many destinations are away, and theirs keep nothing in memory but the next event', async () => {
    const rig = await started();
    for (let i = 0; i < 60; i++) {
      rig.answers.set(`down-${i}`, AWAY);
      await rig.makeHook(`down-${i}`, ['down']);
    }
    await rig.makeHook('well', ['up']);
    await rig.append('down', 1_000, LARGE);
    await rig.time.run(5 * MINUTE_MS);
    const lanes = rig.relay.all().filter((lane) => lane.hookId !== 'well');
    expect(lanes.map((lane) => lane.hold !== null && lane.queue.length <= 1)).toEqual(lanes.map(() => true));
    await rig.append('up', 1_000, LARGE);
    expect(await rig.until('well', 1_000)).toBeLessThan(2_000);
    expect(meanBatch(rig, 'well')).toBeGreaterThan(BATCH * 0.8);
    // and when they are back nothing is missing
    for (let i = 0; i < 60; i++) rig.answers.delete(`down-${i}`);
    await rig.time.run(10 * MINUTE_MS);
    expect(rig.relay.all().map((lane) => [lane.hookId, lane.units.size + lane.queue.length, lane.hold])).toEqual(rig.relay.all().map((lane) => [lane.hookId, 0, null]));
  });

  it('gets its full batches while the queues of many crawling destinations are full', async () => {
    const rig = await started();
    for (let i = 0; i < 60; i++) {
      rig.answers.set(`slow-${i}`, CRAWLING);
      await rig.makeHook(`slow-${i}`, ['slow']);
    }
    await rig.makeHook('well', ['up']);
    await rig.append('slow', 2_000, LARGE);
    await rig.time.run(2_000);
    await rig.append('up', 1_000);
    expect(await rig.until('well', 1_000)).toBeLessThan(2_000);
    expect(meanBatch(rig, 'well')).toBeGreaterThan(BATCH * 0.8);
  });

  it('that has fallen behind a little does not wait for one that has a long way to go', async () => {
    const rig = await started();
    await rig.makeHook('well', ['up']);
    await rig.append('other', 200_000);
    await rig.makeHook('far', ['up']);
    await rig.activateFromStart('far');
    await rig.append('up', 5_000);
    expect(await rig.until('well', 5_000)).toBeLessThan(2_000);
  });

  it('of rare events reads only the blocks of the log that have any', async () => {
    const rig = await started();
    await rig.append('rare', 1);
    await rig.append('other', 80_000);
    await rig.append('rare', 1);
    while (await rig.wait(rig.log.history.mapNextBlock()));
    await rig.makeHook('rare', ['rare']);
    const before = rig.pagesRead;
    await rig.activateFromStart('rare');
    await rig.until('rare', 2);
    expect(rig.pagesRead - before).toBeLessThan(25);
  });
});
