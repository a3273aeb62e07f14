import type { SlotTable } from '@hookline/store';

export interface SlotPlan {
  /** Nobody's, and within this relay's share. */
  readonly take: readonly number[];
  /** This relay's, and above its share: to be given back when nothing of theirs is on its way any more. */
  readonly surplus: readonly number[];
}

/**
 * What one relay does next so that all have the same number of slots, one more or less. Every relay decides by itself from what it read; two that decide at once ask for
 * the same free slot and one gets it. Nothing is ever taken from a relay that is there: one that comes waits for what the others give back.
 */
export function planSlots({ relays, slots }: SlotTable, me: string): SlotPlan {
  const place = relays.indexOf(me);
  if (place === -1) return { take: [], surplus: [] };
  const share = Math.floor(slots.length / relays.length) + (place < slots.length % relays.length ? 1 : 0);
  const mine = slots.filter(({ relay }) => relay === me).map(({ slot }) => slot);
  if (mine.length > share) return { take: [], surplus: mine.slice(share) };
  const free = slots.filter(({ relay }) => relay === null).map(({ slot }) => slot);
  // Each begins at a place of its own, so that several who come at once seldom ask for the same.
  const first = free.findIndex((slot) => slot >= (place * slots.length) / relays.length);
  const turned = first <= 0 ? free : [...free.slice(first), ...free.slice(0, first)];
  return { take: turned.slice(0, share - mine.length), surplus: [] };
}
