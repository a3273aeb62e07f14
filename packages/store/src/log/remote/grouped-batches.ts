// One batch at a time, with everything that came meanwhile in the next: many batches at once wedge a libSQL server. For processes whose requests may end at any moment,
// and what they had begun with them: each request that waits either finds itself served by another, or sends for all. Nothing here outlives its requests.
//
// Waiting: in the queue, nobody has sent it. Sent: part of a batch that is on its way; if its sender is gone, its outcome stays open. Served: it has its rows, or why not.
import { type Clock, HooklineError } from '@hookline/core';
import type { Statement } from '../sql/sql-executor.ts';

export type StatementRows = readonly (readonly (readonly unknown[])[])[];

/** Units in one batch. */
const GROUPED_MAX = 32;
/** Units that may wait; beyond it `overloaded`. */
const WAITING_MAX = 500;
/** A batch that has not come back by then has lost its sender. */
const LOST_MS = 7_000;

interface Unit {
  readonly statements: readonly Statement[];
  sent: boolean;
  readonly served: Promise<StatementRows>;
  readonly resolve: (rows: StatementRows) => void;
  readonly reject: (error: unknown) => void;
}

export class GroupedBatches {
  readonly #send: (statements: readonly Statement[]) => Promise<StatementRows>;
  readonly #clock: Pick<Clock, 'after'>;
  #waiting: Unit[] = [];
  /** The batch on its way; settles when it has come back. */
  #sending: Promise<void> | null = null;
  constructor(send: (statements: readonly Statement[]) => Promise<StatementRows>, clock: Pick<Clock, 'after'>) {
    this.#send = send;
    this.#clock = clock;
  }

  /** Resolves with what each statement answered, once the batch with them is durable. */
  async run(statements: readonly Statement[]): Promise<StatementRows> {
    if (this.#waiting.length >= WAITING_MAX) throw new HooklineError('overloaded', 'more is waiting to be written than may wait');
    const { promise, resolve, reject } = Promise.withResolvers<StatementRows>();
    const unit: Unit = { statements, sent: false, served: promise, resolve, reject };
    promise.catch(() => {});
    this.#waiting.push(unit);
    while (!unit.sent) {
      if (this.#sending === null) await this.#sendWaiting();
      else if ((await this.#within(this.#sending)) === 'lost') this.#sending = null;
    }
    if ((await this.#within(promise.catch(() => {}))) === 'lost') throw new HooklineError('store_unavailable', 'nobody knows what became of this append');
    return promise;
  }

  async #sendWaiting(): Promise<void> {
    const units = this.#waiting.splice(0, GROUPED_MAX);
    for (const unit of units) unit.sent = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sending = promise;
    try {
      const rows = await this.#send(units.flatMap((unit) => unit.statements));
      let first = 0;
      for (const unit of units) {
        unit.resolve(rows.slice(first, first + unit.statements.length));
        first += unit.statements.length;
      }
    } catch (error: unknown) {
      for (const unit of units) unit.reject(error);
    } finally {
      if (this.#sending === promise) this.#sending = null;
      resolve();
    }
  }

  /** The timer is the waiting request's own: it ends with nobody else. */
  async #within(work: Promise<unknown>): Promise<'done' | 'lost'> {
    let cancel = (): void => {};
    const lost = new Promise<'lost'>((resolve) => {
      cancel = this.#clock.after(LOST_MS, () => resolve('lost'));
    });
    const settled = await Promise.race([work.then(() => 'done' as const), lost]);
    cancel();
    return settled;
  }
}
