// A hook along one shard: since which position which selection is valid, and between which positions the hook is active. Built from control records alone, in their
// order, so that whoever reads a position, and whenever, matches it with the same version.
import { type CompiledMessage, type ControlRow, compileMatcher, compileMessage, type EventRow, type HookSelection, type Ids } from '@hookline/core';

/** A selection made ready, once per version. */
export interface CompiledVersion {
  readonly selection: HookSelection;
  readonly matches: (row: EventRow) => boolean;
  readonly message: CompiledMessage;
}

interface ActiveInterval {
  /** First position that belongs to it. */
  readonly from: number;
  /** Last position that belongs to it; open until a deactivation is met. */
  to: number;
  /** Position of the record that opened it: what lies before it (a replay) is matched by the version current then. */
  readonly openedAt: number;
  readonly version: CompiledVersion;
}

/** A timeline that only matches needs no ids. */
export const NO_IDS: Ids = { unitId: () => '', messageId: () => '', uuid: () => '' };

export class HookTimeline {
  readonly hookId: string;
  readonly accountId: number;
  readonly #ids: Ids;
  readonly #versions: { readonly from: number; readonly version: CompiledVersion }[] = [];
  readonly #intervals: ActiveInterval[] = [];
  /** The last change that was applied; records are met again after a restart. */
  change = 0;
  deleted = false;

  constructor(hookId: string, accountId: number, ids: Ids) {
    this.hookId = hookId;
    this.accountId = accountId;
    this.#ids = ids;
  }

  /** False = it was applied before. */
  apply({ position, record }: ControlRow): boolean {
    if (record.change <= this.change) return false;
    this.change = record.change;
    if (record.selection) this.#versions.push({ from: position, version: this.compile(record.selection) });
    const open = this.#intervals.at(-1);
    if (record.action === 'deactivated' || record.action === 'deleted') {
      if (open && open.to === Number.POSITIVE_INFINITY) open.to = position;
      if (record.action === 'deleted') this.deleted = true;
    }
    if (record.action === 'activated') {
      if (open && open.to === Number.POSITIVE_INFINITY) open.to = position - 1;
      const current = this.#versions.at(-1);
      if (current) this.#intervals.push({ from: Math.min(record.from ?? position, position), to: Number.POSITIVE_INFINITY, openedAt: position, version: current.version });
    }
    return true;
  }

  compile(selection: HookSelection): CompiledVersion {
    return { selection, matches: compileMatcher(selection), message: compileOrFail(this.hookId, selection, this.#ids) };
  }

  get active(): boolean {
    return this.#intervals.at(-1)?.to === Number.POSITIVE_INFINITY;
  }

  /** The newest version; null before any record. */
  get latest(): CompiledVersion | null {
    return this.#versions.at(-1)?.version ?? null;
  }

  /** All that any of its versions takes. */
  get eventTypes(): readonly string[] {
    return [...new Set(this.#versions.flatMap(({ version }) => version.selection.events))];
  }

  /** The version that matches this position; null = the hook is not active there. The youngest interval that covers it counts. */
  at(position: number): CompiledVersion | null {
    const interval = this.#intervals.findLast((i) => i.from <= position && position <= i.to);
    if (!interval) return null;
    if (position <= interval.openedAt) return interval.version;
    return this.#versions.findLast((v) => v.from <= position)?.version ?? null;
  }

  /** For an event that was matched once: its version now, whatever has become of the intervals. */
  forOpenUnit(position: number): CompiledVersion | null {
    return this.at(position) ?? this.#versions.findLast((v) => v.from <= position)?.version ?? this.#versions[0]?.version ?? null;
  }

  /** The lowest position above `after` at which the hook is active; Infinity = none yet. */
  nextActive(after: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const i of this.#intervals) if (i.to > after) next = Math.min(next, Math.max(i.from, after + 1));
    return next;
  }

  /** The stretches of (after, through] in which the hook is active, ends included. */
  activeWithin(after: number, through: number): readonly (readonly [first: number, last: number])[] {
    return this.#intervals.map((i) => [Math.max(i.from, after + 1), Math.min(i.to, through)] as const).filter(([first, last]) => first <= last);
  }
  /** Position of the record that the last interval began with; 0 = none. */
  get activatedAt(): number {
    return this.#intervals.at(-1)?.openedAt ?? 0;
  }

  /** First position of the interval that is open now; null = not active. */
  get openFrom(): number | null {
    return this.active ? (this.#intervals.at(-1) as ActiveInterval).from : null;
  }
}

/** A selection that cannot be compiled (made by a newer release, say) stops no other hook: its events go to the dead letters, one by one, with the reason. */
function compileOrFail(hookId: string, selection: HookSelection, ids: Ids): CompiledMessage {
  try {
    return compileMessage({ hookId, selection, ids });
  } catch (error: unknown) {
    const message = error instanceof Error ? error.message : String(error);
    return { needs: { profile: false, names: [], content: false }, namesOf: () => [], render: () => ({ kind: 'failed', code: 'render_failed', message }) };
  }
}
