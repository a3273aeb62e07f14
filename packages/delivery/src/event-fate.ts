// What became of one event at one hook, told from the log alone: the hook's control records say whether it wanted the event, its units, dead letters and kept attempts what came of it.
import { type ControlRow, decideMatch, type EventRow } from '@hookline/core';
import type { EventLog, LaneSnapshot, LaneStore, UnitRow } from '@hookline/store';
import { HookTimeline, NO_IDS } from './hook-timeline.ts';

export type Fate = 'filtered' | 'backlog' | 'in_flight' | 'waiting' | 'holding' | 'delivered' | 'dead' | 'cancelled' | 'expired' | 'not_active';
export type FateView = {
  hook_id: string;
  fate: Fate;
  rule?: string;
  delivery_id?: string;
  next_attempt_at?: string | null;
};

/** `controls`: the hook's records on this shard, in order. */
export async function eventFate(log: EventLog & LaneStore, hook: { readonly id: string; readonly accountId: number }, row: EventRow, controls: readonly ControlRow[]): Promise<FateView> {
  const timeline = new HookTimeline(hook.id, hook.accountId, NO_IDS);
  for (const control of controls) timeline.apply(control);
  const view = (fate: Fate, more: Partial<FateView> = {}): FateView => ({ hook_id: hook.id, fate, ...more });
  const selection = timeline.at(row.position)?.selection;
  if (!selection) return view('not_active');
  const { matched, rule } = decideMatch(selection, row);
  if (!matched) return view('filtered', { rule });
  // The unit is looked for first: what it became when it is gone is found by what follows.
  const unit = (await log.units(hook.id)).find((u) => u.positions.includes(row.position));
  const snapshot = (await log.snapshot([hook.id])).get(hook.id);
  if (unit) return view(fateOfUnit(unit, snapshot), { rule, delivery_id: unit.deliveryId, next_attempt_at: unit.nextAt === null ? null : new Date(unit.nextAt).toISOString() });
  const dead = await log.deadAt(hook.id, row.position);
  if (dead) return view('dead', { rule, delivery_id: dead.deliveryId });
  const ending = await log.endedAt(hook.id, row.position);
  if (ending) return view(ending.fate, { rule, ...(ending.deliveryId !== null && { delivery_id: ending.deliveryId }) });
  const assigned = snapshot?.assigned ?? 0;
  const cursor = snapshot?.behind ? assigned : Math.max(assigned, await log.scanned(hook.accountId));
  // Delivered so long ago that its attempts are no longer kept, or by a process that died before it wrote them down.
  if (row.position <= cursor) return view('delivered', { rule });
  if (timeline.deleted) return view('cancelled', { rule });
  return view(snapshot?.hold ? 'holding' : 'backlog', { rule });
}

function fateOfUnit(unit: UnitRow, snapshot: LaneSnapshot | undefined): Fate {
  if (unit.state === 'in_flight') return 'in_flight';
  return snapshot?.hold ? 'holding' : 'waiting';
}
