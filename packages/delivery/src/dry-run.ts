// What a configuration would do with events that are recorded: the very matcher and renderer of the relay over the log, and nothing is sent, counted or stored.
import { type Clock, createIds, decideMatch, type EventRow, type HookSelection, type MatchRule } from '@hookline/core';
import type { ControlStore, EventLog } from '@hookline/store';
import { HookTimeline } from './hook-timeline.ts';
import { renderEvents } from './render-events.ts';

export interface DryRunOptions {
  readonly control: Pick<ControlStore, 'profiles' | 'catalog' | 'content' | 'keys'>;
  readonly logs: readonly EventLog[];
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

export interface DryRunRequest {
  readonly accountId: number;
  /** `{{uuid}}` depends on it; of a draft any id. */
  readonly hookId: string;
  readonly selection: HookSelection;
  /** Log time, unix ms: events accepted before it are not looked at. */
  readonly fromMs: number;
  /** Events to answer with, matched or not. */
  readonly limit: number;
  /** From an earlier answer; null = from the beginning. */
  readonly after: string | null;
}

export interface DryRunEvent {
  readonly row: EventRow;
  readonly rule: MatchRule;
  /** The message, byte for byte; null = it is not sent. */
  readonly body: string | null;
  /** Why it would go to the dead letters instead. */
  readonly failure: { readonly code: string; readonly message: string } | null;
}

export interface DryRunResult {
  readonly events: readonly DryRunEvent[];
  /** Positions read, of other accounts too. */
  readonly scanned: number;
  /** Where to go on; null = the end of the log was reached. */
  readonly next: string | null;
}

/** A run answers by then with what it has: other people's events may lie between two of the account's. */
const DEADLINE_MS = 2_000;
const PAGE_ROWS = 1_000;
const PAGE_BYTES = 1024 * 1024;
/** Of messages in one answer. */
const BODIES_BYTES_MAX = 4 * 1024 * 1024;

export type DryRun = (request: DryRunRequest) => Promise<DryRunResult>;

/** Rejects (`store_unavailable`) where the log or the control data cannot be read. */
export function createDryRun({ control, logs, clock }: DryRunOptions): DryRun {
  return async ({ accountId, hookId, selection, fromMs, limit, after }) => {
    const version = new HookTimeline(hookId, accountId, createIds(await control.keys.getOrCreate('id_key'))).compile(selection);
    const until = clock.monotonic() + DEADLINE_MS;
    const events: DryRunEvent[] = [];
    let bytes = 0;
    let scanned = 0;
    const isFull = (): boolean => events.length >= limit || bytes >= BODIES_BYTES_MAX;

    async function add(rows: readonly EventRow[]): Promise<EventRow | undefined> {
      const decided = rows.map((row) => ({ row, ...decideMatch(selection, row) }));
      const rendered = await renderEvents(control, decided.filter(({ matched }) => matched).map(({ row }) => ({ row, version })), { nowMs: clock.now(), forExport: false });
      const results = new Map(rendered.map(({ row, result }) => [row.position, result]));
      for (const { row, rule } of decided) {
        if (isFull()) break;
        const result = results.get(row.position);
        events.push({ row, rule, body: result?.kind === 'ok' ? result.body : null, failure: result?.kind === 'failed' ? { code: result.code, message: result.message } : null });
        bytes += result?.kind === 'ok' ? result.body.length : 0;
      }
      return events.at(-1)?.row;
    }

    let { place, position } = parseKey(after);
    for (; place < logs.length; place++, position = null) {
      const log = logs[place] as EventLog;
      const end = log.end();
      let through = position ?? (await log.positionAt(fromMs)) - 1;
      while (through < end) {
        if (isFull() || (scanned > 0 && clock.monotonic() >= until)) return { events, scanned, next: printKey(place, through) };
        const page = await log.read(through, { rowsMax: PAGE_ROWS, bytesMax: PAGE_BYTES });
        const own = page.rows.filter((row): row is EventRow => row.kind === 'event' && row.accountId === accountId);
        const wanted = own.slice(0, limit - events.length);
        const last = await add(wanted);
        // Cut short by the count or by bytes: the next answer begins behind the last one that is told.
        const isCut = wanted.length < own.length || (wanted.length > 0 && last?.position !== wanted.at(-1)?.position);
        const read = isCut && last !== undefined ? last.position : page.through;
        scanned += read - through;
        through = read;
      }
    }
    return { events, scanned, next: null };
  };
}

const printKey = (place: number, position: number): string => `${place}:${position}`;

function parseKey(key: string | null): { place: number; position: number | null } {
  const [, place, position] = /^(\d{1,5}):(\d{1,16})$/.exec(key ?? '') ?? [];
  return place === undefined ? { place: 0, position: null } : { place: Number(place), position: Number(position) };
}
