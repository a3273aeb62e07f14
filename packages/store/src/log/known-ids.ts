import { DedupeIndex, type DedupeOptions, findInPart, type Hash64, hashCallerId, type RunWrite } from './dedupe-index.ts';
import type { LogBackend, NewRow } from './log-backend.ts';

const RECOVERY_PAGE_IDS = 20_000;

interface Id {
  readonly accountId: number;
  readonly callerId: string | null;
}

const NOTHING: ReadonlyMap<string, number> = new Map();

export const idKey = (accountId: number, callerId: string): string => `${accountId}/${callerId}`;

/** Callers' ids of one log, exact: the index narrows down, the whole id in the row decides. */
export class KnownIds {
  readonly #backend: LogBackend;
  readonly #index: DedupeIndex;
  readonly #seed: number;
  readonly #hash: typeof hashCallerId;

  constructor(backend: LogBackend, logId: string, options: DedupeOptions = {}) {
    this.#backend = backend;
    this.#index = new DedupeIndex(options);
    this.#seed = [...logId].reduce((seed, c) => Math.imul(seed ^ c.charCodeAt(0), 16777619), 0x811c9dc5);
    this.#hash = options.hash ?? hashCallerId;
  }

  /** At a start: the sealed runs, and the ids that no run holds yet. */
  async recover(sinceMs: number): Promise<void> {
    let after = 0;
    for (const run of await this.#backend.idRuns(sinceMs)) {
      this.#index.addRun(run);
      after = Math.max(after, run.through);
    }
    for (;;) {
      const ids = await this.#backend.callerIds(after, RECOVERY_PAGE_IDS);
      for (const id of ids) this.#index.add(this.#hash(this.#seed, id.accountId, id.callerId), id.position);
      const last = ids.at(-1);
      if (!last || ids.length < RECOVERY_PAGE_IDS) return;
      after = last.position;
    }
  }

  /** Where those of these ids are that are stored already, in rows that are not older than `sinceMs`. */
  async find(ids: readonly Id[], sinceMs: number): Promise<ReadonlyMap<string, number>> {
    const candidates: number[] = [];
    const inParts = new Map<string, { readonly run: number; readonly part: number; readonly hashes: Hash64[] }>();
    for (const { accountId, callerId } of ids) {
      if (callerId === null) continue;
      const hash = this.#hash(this.#seed, accountId, callerId);
      this.#index.find(hash, sinceMs, candidates, (run, part) => {
        const known = inParts.get(`${run}/${part}`);
        if (known) known.hashes.push(hash);
        else inParts.set(`${run}/${part}`, { run, part, hashes: [hash] });
      });
    }
    for (const { run, part, hashes } of inParts.values()) {
      const entries = await this.#backend.idRunPart(run, part);
      if (entries) for (const hash of hashes) candidates.push(...findInPart(entries, hash));
    }
    if (candidates.length === 0) return NOTHING;
    const rows = await this.#backend.callerIdsAt([...new Set(candidates)].sort((a, b) => a - b));
    // Ascending, so that the youngest of several rows with one id stays.
    return new Map(rows.filter((row) => row.time >= sinceMs).map((row) => [idKey(row.accountId, row.callerId), row.position]));
  }

  /** Committed rows; `end` = the highest position of them. */
  add(rows: readonly NewRow[], end: number): void {
    for (const row of rows) if (row.kind === 'event' && row.callerId !== null) this.#index.add(this.#hash(this.#seed, row.accountId, row.callerId), row.position);
    this.#index.sealWhenFull(end);
  }

  nextWrite(most: number, timeMs: number): RunWrite | null {
    return this.#index.nextWrite(most, timeMs);
  }
  written(write: RunWrite): void {
    this.#index.written(write);
  }
  removeRuns(runs: readonly number[]): void {
    this.#index.removeRuns(runs);
  }
}
