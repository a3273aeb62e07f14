import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlotRig, SLOTS } from './slot-rig.ts';

/** A lease and two rounds. */
const TAKEN_OVER_MS = 15_000;

describe('slots of relays that come and go', () => {
  it('gives all of them to the first at once', async () => {
    const rig = new SlotRig();
    await rig.add('a');
    expect(rig.sizes()).toEqual([SLOTS]);
  });

  it('gives one that joins its share, each slot once nothing of it is on its way', async () => {
    const rig = new SlotRig();
    const first = await rig.add('a');
    first.flightMs = 7_000;
    await rig.add('b');
    await rig.run(6_000);
    expect(rig.sizes()).toEqual([SLOTS, 0]);
    await rig.run(TAKEN_OVER_MS);
    expect(rig.sizes()).toEqual([SLOTS / 2, SLOTS / 2]);
    expect(first.lost).toEqual([]);
  });

  it('takes over from one that died when its lease is over, not before', async () => {
    const rig = new SlotRig();
    const first = await rig.add('a');
    const second = await rig.add('b');
    await rig.run(TAKEN_OVER_MS);
    first.kill();
    await rig.run(7_000);
    expect(second.delivers()).toHaveLength(SLOTS / 2);
    await rig.run(TAKEN_OVER_MS);
    expect(second.delivers()).toHaveLength(SLOTS);
  });

  it('gives everything back at once when it stops', async () => {
    const rig = new SlotRig();
    const first = await rig.add('a');
    const second = await rig.add('b');
    await rig.run(TAKEN_OVER_MS);
    await first.keeper.stop();
    expect(first.keeper.mayDeliver).toBe(false);
    await rig.run(2_100);
    expect(second.delivers()).toHaveLength(SLOTS);
  });

  it('stops a fifth of the lease before anybody else could have its slots, and goes on when it has them still', async () => {
    const rig = new SlotRig();
    const only = await rig.add('a');
    only.trouble = { applies: false };
    await rig.run(7_000);
    expect(only.delivers()).toHaveLength(SLOTS);
    await rig.run(1_100);
    expect(only.delivers()).toEqual([]);
    only.trouble = null;
    await rig.run(2_100);
    expect(only.delivers()).toHaveLength(SLOTS);
    expect(only.lost).toEqual([]);
  });

  it('learns what it has lost while the database did not answer it', async () => {
    const rig = new SlotRig();
    const first = await rig.add('a');
    const second = await rig.add('b');
    await rig.run(TAKEN_OVER_MS);
    first.trouble = { applies: false };
    await rig.run(TAKEN_OVER_MS);
    expect(rig.sizes()).toEqual([0, SLOTS]);
    first.trouble = null;
    await rig.run(TAKEN_OVER_MS);
    expect(first.lost).toHaveLength(SLOTS / 2);
    expect(rig.sizes()).toEqual([SLOTS / 2, SLOTS / 2]);
    expect(second.lost).toEqual([]);
  });

  it('never lets two deliver for one slot, and comes to equal shares, whatever happens', async () => {
    const happening = fc.oneof(fc.constant('join' as const), fc.constant('kill' as const), fc.constant('stop' as const), fc.constant('silent' as const), fc.constant('deaf' as const), fc.constant('heal' as const));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(happening, fc.nat(6), fc.integer({ min: 50, max: 12_000 })), { maxLength: 12 }), async (events) => {
        const rig = new SlotRig();
        await rig.add('r0');
        const gone = new Set<number>();
        for (const [what, which, ms] of events) {
          const at = which % rig.relays.length;
          const relay = rig.relays[at];
          if (what === 'join' && rig.relays.length < 6) (await rig.add(`r${rig.relays.length}`)).flightMs = ms / 3;
          if (relay && what === 'kill') relay.kill();
          if (relay && what === 'stop' && !gone.has(at)) await relay.keeper.stop();
          if (what === 'kill' || what === 'stop') gone.add(at);
          if (relay && what === 'silent') relay.trouble = { applies: false };
          if (relay && what === 'deaf') relay.trouble = { applies: true };
          if (relay && what === 'heal') relay.trouble = null;
          await rig.run(ms);
        }
        for (const relay of rig.relays) relay.trouble = null;
        await rig.add('last');
        await rig.run(4 * TAKEN_OVER_MS);
        const sizes = rig.sizes().filter((_, at) => !gone.has(at));
        expect(sizes.reduce((n, size) => n + size, 0)).toBe(SLOTS);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });
});
