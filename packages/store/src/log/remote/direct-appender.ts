// Appending to a shard without being its only appender: for processes that come and go with a request, many at once. Each append is one batch of statements that works
// out everything itself (positions, log time, who was first with an id), in the order in which the server lets the batches in. Good for some hundred a second: the shard
// of a process that lives takes a hundred times that. A shard is either appended to directly or by its one appender, never both.
import { type Clock, type ControlRecord, type EventDraft, HooklineError, isHooklineError, serverEventId } from '@hookline/core';
import type { AppendRequest, AppendResult, AppendedEvent } from '../event-log.ts';
import type { SqlValue, Statement } from '../sql/sql-executor.ts';
import { GroupedBatches, type StatementRows } from './grouped-batches.ts';
import type { Appender } from './observed-log.ts';
import type { RemoteExecutor } from './remote-executor.ts';

/** In `header.owner`: everybody's. */
const OWNER = 'direct';
/** Somebody else is writing: tried again this often, further and further apart. */
const BUSY_ATTEMPTS_MAX = 6;
const BUSY_PAUSE_MS = 15;
/** One append in so many removes ids that are older than the window. */
const CLEAN_UP_EVERY = 64;
const CLEAN_UP_ROWS_MAX = 256;
/** Instead of an answer: where the events of the request are. It is made anew from them, so nothing has to be written after they are in. */
const PLACE = /^direct:(\d+)$/;

const CLAIM = 'UPDATE header SET owner = ? WHERE id = 1 AND owner IN (\'\', ?)';
/** Fails the batch (`fence` must equal `epoch`) where the shard has an appender of its own. */
const RESERVE = `UPDATE header SET fence = CASE WHEN owner = '${OWNER}' THEN epoch ELSE epoch + 1 END, sequence = sequence + 1, last = last + ?1, time = max(time, ?2) WHERE id = 1`;
/** The position before the first one of this append. The client sends numbers as floats. */
const FIRST = '(SELECT last - CAST(?1 AS INTEGER) FROM header)';
/** A request that came before keeps its row, unless it is outside the window. */
const CLAIM_REQUEST = `INSERT INTO idempotent_requests (account, path, key, body_hash, answer, time) SELECT ?2, ?3, ?4, ?5, 'direct:' || ${FIRST}, time FROM header WHERE true
  ON CONFLICT (account, path, key) DO UPDATE SET body_hash = excluded.body_hash, answer = excluded.answer, time = excluded.time WHERE idempotent_requests.time < ?6`;
const IS_OURS = `EXISTS (SELECT 1 FROM idempotent_requests WHERE account = ?4 AND path = ?5 AND key = ?6 AND answer = 'direct:' || ${FIRST})`;
const NOTE_IDS = `INSERT INTO seen (account, caller_id, position, time) SELECT value ->> 1, value ->> 11, ${FIRST} + 1 + e.key, header.time FROM json_each(?2) AS e, header WHERE value ->> 11 IS NOT NULL AND (?4 IS NULL OR ${IS_OURS})
  ORDER BY e.key ON CONFLICT (account, caller_id) DO UPDATE SET position = excluded.position, time = excluded.time WHERE seen.time < ?3`;
const INSERT_EVENTS = `INSERT INTO events (position, time, kind, account, database, type, resource, mailing, template, segment, pixel, profile, event_time, caller_id, base, moment, custom, content_ref)
  SELECT ${FIRST} + 1 + e.key, header.time, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15
  FROM json_each(?2) AS e, header WHERE (?4 IS NULL OR ${IS_OURS})
  AND (value ->> 11 IS NULL OR EXISTS (SELECT 1 FROM seen WHERE account = value ->> 1 AND caller_id = value ->> 11 AND position = ${FIRST} + 1 + e.key))`;
const HEADER = `SELECT log_id, ${FIRST} FROM header`;
const REQUEST = 'SELECT body_hash, answer FROM idempotent_requests WHERE account = ? AND path = ? AND key = ?';
/** Of each event of a request, by its place: the position it has, its own or that of the first with its id. */
const placesFrom = (first: string): string => `SELECT coalesce((SELECT position FROM events WHERE position = ${first} + 1 + e.key), (SELECT position FROM seen WHERE account = value ->> 1 AND caller_id = value ->> 11)) FROM json_each(?2) AS e ORDER BY e.key`;
const PLACES = placesFrom(FIRST);
const PLACES_OF_REPLAY = placesFrom('CAST(?1 AS INTEGER)');
const FORGET = 'DELETE FROM seen WHERE id IN (SELECT id FROM seen WHERE time < ? ORDER BY id LIMIT ?)';

export interface DirectAppenderOptions {
  readonly executor: RemoteExecutor;
  readonly shard: number;
  readonly clock: Clock;
  readonly dedupeWindowMs: number;
}

export class DirectAppender implements Appender {
  readonly #options: DirectAppenderOptions;
  #claimed = false;
  #appends = 0;
  readonly #batches: GroupedBatches;
  constructor(options: DirectAppenderOptions) {
    this.#options = options;
    this.#batches = new GroupedBatches((statements) => this.#send(statements), options.clock);
  }

  async append({ events, idempotency }: AppendRequest): Promise<AppendResult> {
    const { executor, clock, dedupeWindowMs, shard } = this.#options;
    const since = clock.now() - dedupeWindowMs;
    const rows = JSON.stringify(events.map(columnsOf));
    const request: SqlValue[] = idempotency ? [idempotency.accountId, idempotency.path, idempotency.key] : [null, null, null];
    const count = events.length;
    const statements: Statement[] = [
      { sql: RESERVE, args: [count, clock.now()] },
      { sql: NOTE_IDS, args: [count, rows, since, ...request] },
      { sql: INSERT_EVENTS, args: [count, rows, null, ...request] },
      { sql: HEADER, args: [count] },
      { sql: PLACES, args: [count, rows] },
      ...(this.#appends++ % CLEAN_UP_EVERY === 0 ? [{ sql: FORGET, args: [since, CLEAN_UP_ROWS_MAX] }] : []),
    ];
    // Behind the reservation, in front of what depends on the claim.
    if (idempotency) statements.splice(1, 0, { sql: CLAIM_REQUEST, args: [count, ...request, idempotency.bodyHash, since] }, { sql: REQUEST, args: request });
    const answers = await this.#batches.run(statements);
    const [header, places] = answers.slice(idempotency ? 5 : 3);
    const [logId, first] = firstRow(header) as [string, number];
    const items = itemsOf({ logId, shard, first }, events, places ?? []);
    if (!idempotency) return { kind: 'stored', items };
    const [bodyHash, answer] = firstRow(answers[2]) as [string, string];
    if (bodyHash !== idempotency.bodyHash) return { kind: 'mismatch' };
    const place = PLACE.exec(answer)?.[1];
    if (place === undefined) return { kind: 'replay', answer };
    if (Number(place) === first) return { kind: 'stored', items };
    const before = await executor.all(PLACES_OF_REPLAY, [Number(place), rows]);
    return { kind: 'replay', answer: idempotency.answer(itemsOf({ logId, shard, first: Number(place) }, events, before)) };
  }

  async appendControl(record: ControlRecord): Promise<number> {
    const { clock } = this.#options;
    const row = [1, record.accountId, null, null, null, null, null, null, null, null, null, null, JSON.stringify(record), null, null, null];
    const answers = await this.#batches.run([
      { sql: RESERVE, args: [1, clock.now()] },
      { sql: INSERT_EVENTS, args: [1, JSON.stringify([row]), null, null, null, null] },
      { sql: HEADER, args: [1] },
    ]);
    return (firstRow(answers[2])[1] as number) + 1;
  }

  async positionOf(accountId: number, callerId: string): Promise<number | null> {
    const [row] = await this.#options.executor.all('SELECT position FROM seen WHERE account = ? AND caller_id = ?', [accountId, callerId]);
    return (row?.[0] as number | undefined) ?? null;
  }

  /** Somebody else's batch is no reason to give up: the server says so at once, and nothing has happened. */
  async #send(statements: readonly Statement[]): Promise<StatementRows> {
    const { executor, clock } = this.#options;
    if (!this.#claimed) await this.#claim();
    for (let attempt = 1; ; attempt++) {
      try {
        return await executor.batchRows(statements);
      } catch (error: unknown) {
        if (!isHooklineError(error) || error.code !== 'overloaded' || attempt === BUSY_ATTEMPTS_MAX) throw error;
        await new Promise<void>((resolve) => void clock.after(BUSY_PAUSE_MS * 2 ** attempt * (0.5 + Math.random()), resolve));
      }
    }
  }

  async #claim(): Promise<void> {
    const { executor } = this.#options;
    await executor.open();
    await executor.batch([{ sql: CLAIM, args: [OWNER, OWNER] }]);
    const [row] = await executor.all('SELECT owner FROM header', []);
    if (row?.[0] !== OWNER) throw new HooklineError('store_unavailable', 'this shard has an appender: what comes and goes with a request needs a shard of its own, or a process to append for it');
    this.#claimed = true;
  }
}

const firstRow = (rows: readonly (readonly unknown[])[] | undefined): readonly unknown[] => rows?.[0] ?? [];

/** What became of the events of a request whose first position is `first + 1`; `places` are their positions, or those of the first ones with their ids. */
function itemsOf({ logId, shard, first }: { readonly logId: string; readonly shard: number; readonly first: number }, events: readonly EventDraft[], places: readonly (readonly unknown[])[]): readonly AppendedEvent[] {
  return events.map((event, index): AppendedEvent => {
    const position = (places[index]?.[0] as number | null | undefined) ?? first + 1 + index;
    return { status: position === first + 1 + index ? 'accepted' : 'duplicate', position, eventId: event.callerId ?? serverEventId(logId, shard, position) };
  });
}

/** In the order of the columns behind `time`, see INSERT_EVENTS. */
function columnsOf(event: EventDraft): readonly SqlValue[] {
  return [
    0, event.accountId, event.databaseId, event.eventType, event.resourceId, event.mailingId, event.templateId, event.segmentId, event.pixelId, event.profileId, event.eventTimeMs, event.callerId, event.base, event.profile, event.customData,
    event.contentRef,
  ];
}
