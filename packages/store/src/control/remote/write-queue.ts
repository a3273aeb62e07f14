// One write batch on its way at a time: many writers at once make a libSQL server answer busy, or wedge it. What arrives meanwhile goes in the next batch together.

import type { SqlRows, SqlStatement } from '../control-sql.ts';

/** Units in one batch. */
const JOINED_UNITS_MAX = 64;

interface Unit {
  readonly statements: readonly SqlStatement[];
  readonly resolve: (rows: readonly SqlRows[]) => void;
  readonly reject: (error: unknown) => void;
}

export interface WriteQueue {
  add(statements: readonly SqlStatement[], bulk: boolean): Promise<readonly SqlRows[]>;
  waitingCount(): number;
  /** Resolves when nothing is waiting or on its way. */
  idle(): Promise<void>;
}

/** `send` runs one atomic batch; `isStatementFault` says that it failed by what it contains, so that nothing of it was done. */
export function createWriteQueue(
  send: (statements: readonly SqlStatement[]) => Promise<readonly SqlRows[]>,
  isStatementFault: (error: unknown) => boolean,
): WriteQueue {
  const urgent: Unit[] = [];
  const bulk: Unit[] = [];
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (urgent.length + bulk.length > 0) await sendJoined([...urgent.splice(0, JOINED_UNITS_MAX), ...bulk.splice(0, 1)]);
    running = null;
  }

  async function sendJoined(units: readonly Unit[]): Promise<void> {
    try {
      const rows = await send(units.flatMap(({ statements }) => statements));
      let first = 0;
      for (const { statements, resolve } of units) {
        resolve(rows.slice(first, first + statements.length));
        first += statements.length;
      }
    } catch (error: unknown) {
      // One wrong unit takes the batch with it; by themselves the others succeed.
      if (units.length > 1 && isStatementFault(error)) for (const unit of units) await sendJoined([unit]);
      else for (const { reject } of units) reject(error);
    }
  }

  return {
    add: (statements, isBulk) =>
      new Promise((resolve, reject) => {
        (isBulk ? bulk : urgent).push({ statements, resolve, reject });
        running ??= run();
      }),
    waitingCount: () => urgent.length + bulk.length,
    idle: async () => {
      while (running !== null) await running;
    },
  };
}
