import type { SlotTable } from '@hookline/store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSlots } from './plan-slots.ts';

const SLOTS = 256;
const table = (relays: readonly string[], holder: (slot: number) => string | null): SlotTable => ({ relays, slots: Array.from({ length: SLOTS }, (_, slot) => ({ slot, relay: holder(slot), token: 1 })) });

describe('who takes which slots', () => {
  it('gives all to one who is alone', () => {
    expect(planSlots(table(['a'], () => null), 'a').take).toHaveLength(SLOTS);
  });

  it('takes nothing before it was announced', () => {
    expect(planSlots(table(['a'], () => null), 'b')).toEqual({ take: [], surplus: [] });
  });

  it('asks of one who has all for what is above its share, and takes nothing from it', () => {
    const before = table(['a', 'b', 'c'], () => 'a');
    expect(planSlots(before, 'a').surplus).toHaveLength(SLOTS - 86);
    expect(planSlots(before, 'b')).toEqual({ take: [], surplus: [] });
  });

  it('comes to equal shares, however it begins, with every slot held by one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 6 }), { minLength: SLOTS, maxLength: SLOTS }), fc.integer({ min: 1, max: 7 }), (holders, count) => {
        const relays = Array.from({ length: count }, (_, i) => `r${i}`);
        const held = holders.map((holder) => (holder >= 0 && holder < count ? `r${holder}` : null));
        // In turns: what each plans takes place where it still may.
        for (let turn = 0; turn < 3; turn++)
          for (const relay of relays) {
            const { take, surplus } = planSlots(table(relays, (slot) => held[slot] ?? null), relay);
            for (const slot of surplus) held[slot] = null;
            for (const slot of take) held[slot] ??= relay;
          }
        const sizes = relays.map((relay) => held.filter((holder) => holder === relay).length);
        expect(held.includes(null)).toBe(false);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
