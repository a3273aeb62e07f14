// What became of events, in the words of the API. Numbers come from one snapshot of each shard; what only the relay knows (its queues) makes the estimate better.
import type { ControlRow, EventRow } from '@hookline/core';
import type { AttemptRow, ControlStore, DeadRow, EventLog, Hook, LaneSnapshot, LaneStore, Page, PageRequest } from '@hookline/store';
import { askRedrive } from './ask-redrive.ts';
import { eventFate, type FateView } from './event-fate.ts';
import type { Exporter } from './export/exporter.ts';
import type { Relay } from './relay.ts';
import { createSeriesReads } from './series-reads.ts';

export interface DeliveryReadsOptions {
  readonly control: ControlStore;
  readonly logs: readonly (EventLog & LaneStore)[];
  /** The relay of this process; null where it runs elsewhere: then the log is asked to have dead events sent again. */
  readonly relay: Relay | null;
  /** The exporter of this process, which sends dead events of exports again. */
  readonly exporter: Pick<Exporter, 'redrive'> | null;
  readonly now: () => number;
}

const NONE: LaneSnapshot = { assigned: 0, behind: false, round: 0, change: 0, hold: null, matched: 0, delivered: 0, dead: 0, cancelled: 0, expired: 0, attempts: 0, waiting: 0, inFlight: 0, oldestOpen: null };

const iso = (ms: number): string => new Date(ms).toISOString();

export function createDeliveryReads({ control, logs, relay, exporter, now }: DeliveryReadsOptions): ReturnType<typeof make> & ReturnType<typeof createSeriesReads> {
  return { ...make(control, logs, relay, exporter), ...createSeriesReads(logs, now) };
}

function make(control: ControlStore, logs: readonly (EventLog & LaneStore)[], relay: Relay | null, exporter: DeliveryReadsOptions['exporter']) {
  const sum = (views: readonly { snapshot: LaneSnapshot }[], of: (s: LaneSnapshot) => number): number => views.reduce((n, v) => n + of(v.snapshot), 0);

  async function shardView(log: EventLog & LaneStore, accountId: number, hookId: string) {
    const snapshot = (await log.snapshot([hookId])).get(hookId) ?? NONE;
    const scanned = await log.scanned(accountId);
    const live = relay?.lanes(hookId).find((lane) => lane.deps.log === log);
    const cursor = snapshot.behind ? snapshot.assigned : Math.max(snapshot.assigned, scanned);
    // Without the relay at hand: every position above the cursor, an upper bound.
    const backlog = live ? live.queue.length + (live.following ? 0 : Math.max(0, log.end() - live.readThrough)) : Math.max(0, log.end() - cursor);
    const lowest = Math.min(snapshot.oldestOpen ?? Number.POSITIVE_INFINITY, live?.lowestPending ?? Number.POSITIVE_INFINITY);
    const oldest = Number.isFinite(lowest) ? ((await log.readAt([lowest]))[0]?.time ?? null) : null;
    return { log, snapshot, cursor, backlog, oldest, concurrency: live?.allowed ?? 0 };
  }

  return {
    async lane(accountId: number, hookId: string) {
      const hook = await control.hooks.get(accountId, hookId);
      const views = await Promise.all(logs.map((log) => shardView(log, accountId, hookId)));
      const hold = views.find((v) => v.snapshot.hold)?.snapshot.hold;
      const reason = hook?.active ? (hold ? hold.code : undefined) : (hook?.stoppedReason ?? 'deactivated');
      const oldest = Math.min(...views.map((v) => v.oldest ?? Number.POSITIVE_INFINITY));
      return {
        state: hook?.active ? (hold ? ('holding' as const) : ('running' as const)) : ('stopped' as const),
        ...(reason !== undefined && { reason }),
        ...(hold && { holding_since: iso(hold.since), next_probe_at: iso(hold.nextProbeAt), detail: hold.message }),
        cursor: views.map((v) => `${v.log.shard}:${v.cursor}`).join(','),
        backlog_events: views.reduce((n, v) => n + v.backlog, 0),
        oldest_waiting_at: Number.isFinite(oldest) ? iso(oldest) : null,
        in_flight: sum(views, (s) => s.inFlight),
        concurrency: views.reduce((n, v) => n + v.concurrency, 0),
        counters: {
          matched: sum(views, (s) => s.matched), delivered: sum(views, (s) => s.delivered), dead: sum(views, (s) => s.dead), waiting: sum(views, (s) => s.waiting),
          in_flight: sum(views, (s) => s.inFlight), cancelled: sum(views, (s) => s.cancelled), expired: sum(views, (s) => s.expired), attempts: sum(views, (s) => s.attempts),
        },
        shards: views.map((v) => ({ shard: v.log.shard, cursor: v.cursor, end: v.log.end(), behind: v.snapshot.behind, round: v.snapshot.round })),
      };
    },

    async attempts(_accountId: number, hookId: string, page: PageRequest): Promise<Page<ReturnType<typeof attemptView>>> {
      await relay?.flushAttempts();
      return pageOverShards(logs, page, async (log, after, limit) => {
        const rows = await log.attempts(hookId, { limit, after });
        return { data: rows.data.map(attemptView), next: rows.next };
      });
    },

    async deadLetters(_accountId: number, hookId: string, page: PageRequest): Promise<Page<ReturnType<typeof deadView>>> {
      return pageOverShards(logs, page, async (log, after, limit) => {
        const rows = await log.deadLetters(hookId, { limit, after: after === null ? null : Number(after) });
        return { data: rows.data.map((row) => deadView(log.shard, row)), next: rows.next === null ? null : String(rows.next) };
      });
    },

    async redrive(accountId: number, hookId: string, ids: readonly string[] | 'all'): Promise<number> {
      const wanted = ids === 'all' ? 'all' : ids.flatMap(parseDeadId);
      if (relay === null) return askRedrive(logs, { accountId, hookId }, wanted);
      return ((await relay?.redrive(hookId, wanted)) ?? 0) + ((await exporter?.redrive(hookId, wanted)) ?? 0);
    },

    async fate(accountId: number, event: EventRow): Promise<readonly FateView[]> {
      await relay?.flushAttempts();
      const fates: FateView[] = [];
      for (const log of logs) {
        const [row] = await log.readAt([event.position]);
        if (row?.eventId !== event.eventId || row.accountId !== accountId) continue;
        const controls = Map.groupBy((await log.controls()).filter((c) => c.accountId === accountId), (c) => c.record.hookId);
        let after: string | null = null;
        do {
          const page: Page<Hook> = await control.hooks.list(accountId, { limit: 500, after });
          for (const hook of page.data) fates.push(await eventFate(log, hook, row, controls.get(hook.id) ?? []));
          after = page.next;
        } while (after !== null);
        fates.push(...(await fatesAtDeleted(log, row, controls)));
      }
      return fates;
    },
  };
}

/** Hooks that are gone since are named where they wanted the event. */
async function fatesAtDeleted(log: EventLog & LaneStore, row: EventRow, controls: ReadonlyMap<string, readonly ControlRow[]>): Promise<readonly FateView[]> {
  const deleted = [...controls].filter(([, records]) => records.some(({ record }) => record.action === 'deleted'));
  const fates = await Promise.all(deleted.map(([id, records]) => eventFate(log, { id, accountId: row.accountId }, row, records)));
  return fates.filter(({ fate }) => fate !== 'not_active' && fate !== 'filtered');
}

function attemptView(row: AttemptRow) {
  return {
    delivery_id: row.deliveryId, attempt: row.attempt, outcome: row.outcome, ...(row.code !== undefined && { code: row.code }), ...(row.message !== undefined && { message: row.message }),
    events: row.events, started_at: iso(row.startedAt), duration_ms: row.durationMs, request: (row.request ?? {}) as Record<string, unknown>,
    response: (row.response ?? null) as Record<string, unknown> | null, next_attempt_at: row.nextAttemptAt === undefined ? null : iso(row.nextAttemptAt),
  };
}

function deadView(shard: number, row: DeadRow) {
  return { id: `ddl_${shard}.${row.id}`, event_id: row.eventId, delivery_id: row.deliveryId, reason: { code: row.code, message: row.message }, attempts: row.attempts, died_at: iso(row.diedAt), ...(row.laneId !== row.hookId && { export_id: row.laneId }) };
}

function parseDeadId(id: string): { shard: number; row: number }[] {
  const match = /^ddl_(\d{1,5})\.(\d{1,15})$/.exec(id);
  return match ? [{ shard: Number(match[1]), row: Number(match[2]) }] : [];
}

/** Pages go through the shards one after the other; a key is `<shard's place>:<key there>`. */
async function pageOverShards<T>(
  logs: readonly (EventLog & LaneStore)[],
  page: PageRequest,
  read: (log: EventLog & LaneStore, after: string | null, limit: number) => Promise<{ readonly data: readonly T[]; readonly next: string | null }>,
): Promise<Page<T>> {
  const colon = page.after?.indexOf(':') ?? -1;
  let place = page.after === null ? 0 : Number(page.after.slice(0, colon));
  let after = page.after === null ? null : page.after.slice(colon + 1) || null;
  const data: T[] = [];
  for (; place < logs.length; place++, after = null) {
    const part = await read(logs[place] as EventLog & LaneStore, after, page.limit - data.length);
    data.push(...part.data);
    if (part.next !== null) return { data, next: `${place}:${part.next}` };
    if (data.length === page.limit) return { data, next: place + 1 < logs.length ? `${place + 1}:` : null };
  }
  return { data, next: null };
}
