// What ought to happen, told by the log alone and by a matcher of its own: nothing of the engine is asked.
import type { EventRow, HookSelection, LogRow } from '@hookline/core';

interface Interval {
  readonly from: number;
  to: number;
  readonly openedAt: number;
  readonly selection: HookSelection;
}

export interface HookTruth {
  readonly hookId: string;
  readonly accountId: number;
  /** Change numbers in the order of their records. */
  readonly changes: number[];
  readonly versions: { readonly from: number; readonly selection: HookSelection }[];
  readonly intervals: Interval[];
  deleted: boolean;
}

export interface LogTruth {
  readonly events: readonly EventRow[];
  /** Usually one; an id that comes again after its window is another event. */
  readonly byN: ReadonlyMap<number, readonly EventRow[]>;
  readonly hooks: ReadonlyMap<string, HookTruth>;
}

export interface Duties {
  /** Positions that must end taken or dead. */
  readonly must: ReadonlySet<number>;
  /** Positions that may: a later activation over them has superseded the version that wanted them. */
  readonly may: ReadonlySet<number>;
  /** Some position lies in two intervals, where rounds overlap, or may have been removed too early: numbers are not to be foretold. */
  readonly inexact: boolean;
}

export const numberOf = (row: Pick<EventRow, 'base'>): number => Number(/"n":(\d+)/.exec(row.base)?.[1]);

export function readLog(rows: readonly LogRow[]): LogTruth {
  const events: EventRow[] = [];
  const hooks = new Map<string, HookTruth>();
  for (const row of rows) {
    if (row.kind === 'event') {
      events.push(row);
      continue;
    }
    const { record, position } = row;
    let hook = hooks.get(record.hookId);
    if (!hook) hooks.set(record.hookId, (hook = { hookId: record.hookId, accountId: record.accountId, changes: [], versions: [], intervals: [], deleted: false }));
    if (record.change <= (hook.changes.at(-1) ?? 0)) continue;
    hook.changes.push(record.change);
    if (record.selection) hook.versions.push({ from: position, selection: record.selection });
    const open = hook.intervals.at(-1);
    if (record.action !== 'version' && open?.to === Number.POSITIVE_INFINITY) open.to = position;
    if (record.action === 'deleted') hook.deleted = true;
    if (record.action === 'activated' && record.selection) hook.intervals.push({ from: Math.min(record.from ?? position, position), to: Number.POSITIVE_INFINITY, openedAt: position, selection: record.selection });
  }
  return { events, byN: Map.groupBy(events, numberOf), hooks };
}

interface Wanting {
  /** The version of the youngest interval that holds the event, if it wants it. */
  readonly youngest: HookSelection | null;
  readonly any: readonly HookSelection[];
  /** How many intervals hold it. */
  readonly covers: number;
  /** One of them was opened after the event. */
  readonly reachesBack: boolean;
}

function wanting(hook: HookTruth, row: EventRow): Wanting {
  const covering = hook.intervals.filter((i) => i.from <= row.position && row.position <= i.to).reverse();
  const selections = covering.map((i) => (row.position < i.openedAt ? i.selection : (hook.versions.findLast((v) => v.from < row.position)?.selection as HookSelection)));
  const any = selections.filter((selection) => wants(selection, row));
  const [first] = selections;
  return { youngest: first && wants(first, row) ? first : null, any, covers: covering.length, reachesBack: covering.some((i) => row.position < i.openedAt) };
}

/** `removed` = what retention has taken. It waits for no hook that is off, and an activation that reaches back there comes too late. */
export function dutiesOf(hook: HookTruth, events: Iterable<EventRow>, removed: ReadonlySet<number>): Duties {
  const must = new Set<number>();
  const may = new Set<number>();
  let inexact = false;
  const wasOff = hook.intervals.some((i) => i.to !== Number.POSITIVE_INFINITY);
  for (const row of events) {
    if (row.accountId !== hook.accountId) continue;
    const { youngest, any, covers, reachesBack } = wanting(hook, row);
    const tooLate = removed.has(row.position) && (reachesBack || wasOff);
    if (youngest && !tooLate) must.add(row.position);
    inexact ||= covers > 1 || tooLate;
    if (any.length > 0) may.add(row.position);
  }
  return { must, may, inexact };
}

/** Tags of the versions by which this event may have been made for this hook. */
export function tagsFor(hook: HookTruth, row: EventRow): ReadonlySet<string> {
  const covering = hook.intervals.filter((i) => i.from <= row.position && row.position <= i.to);
  return new Set(covering.map((i) => (row.position < i.openedAt ? i.selection : hook.versions.findLast((v) => v.from < row.position)?.selection)?.customData.template['version'] ?? ''));
}

/** Contract section 0 once more, in the fewest words. */
function wants(selection: HookSelection, row: EventRow): boolean {
  if (selection.databaseId !== null && selection.databaseId !== row.databaseId) return false;
  if (!selection.events.includes(row.eventType)) return false;
  const carried = selection.subjects[row.eventType] ?? [];
  const { mailings, resources } = selection.filters;
  if (mailings.length > 0 && carried.includes('mailing') && !mailings.includes(row.mailingId ?? -1)) return false;
  return !(resources.length > 0 && carried.includes('resource') && !resources.includes(row.resourceId ?? -1));
}
