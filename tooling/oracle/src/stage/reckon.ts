import { ALWAYS_ZERO } from '../ledger/counts.ts';
import type { Counts } from '../ledger/counts.ts';
import { laneProblems } from './lane-view.ts';
import type { Stage } from './open-stage.ts';

export interface Verdict {
  readonly counts: Counts;
  /** What did not hold, with examples; empty = all did. */
  readonly problems: readonly string[];
  /** For people: how much happened, how long it took. */
  readonly facts: Readonly<Record<string, number | string>>;
}

export interface Expectations {
  /** Copies that this scenario's faults explain; 0. */
  readonly duplicatesMax?: number;
  /** What else had to hold, or to happen: a scenario that never met its fault has shown nothing. */
  readonly claims?: readonly (readonly [holds: boolean, what: string])[];
  readonly facts?: Readonly<Record<string, number | string>>;
}

const PROBE_EVENTS = 60;
const ACKED_MIN = 100;

/** The end of every scenario: what is open settles, fresh events still arrive, and all numbers agree. */
export async function reckon(stage: Stage, { duplicatesMax = 0, claims = [], facts = {} }: Expectations = {}): Promise<Verdict> {
  const settled = await stage.settle();
  await stage.send({ count: PROBE_EVENTS, batch: 10 });
  const probed = settled && (await stage.settle());
  const { ledger } = stage;
  const dead = await stage.deadLetters();
  const counts = ledger.counts(dead);
  const problems = ALWAYS_ZERO.flatMap((name) => (counts[name] === 0 ? [] : [`${name}: ${counts[name]}`]));
  if (!settled) problems.push('stuck: nothing moved for a minute and something was owed');
  else if (!probed) problems.push('the fresh events at the end did not arrive');
  if (counts.acked < ACKED_MIN) problems.push(`only ${counts.acked} events were accepted`);
  if (counts.refused > 0) problems.push(`${counts.refused} good events were refused`);
  if (counts.duplicates > duplicatesMax) problems.push(`duplicates: ${counts.duplicates}, at most ${duplicatesMax} are explained`);
  if (counts.attemptTwice > 0) problems.push(`attemptTwice: ${counts.attemptTwice}`);
  for (const hook of stage.hooks()) {
    const book = ledger.book(hook);
    problems.push(...laneProblems(hook, await stage.lane(hook), { owed: ledger.owed(book), taken: book.takenCount, dead: dead.get(hook)?.size ?? 0 }));
  }
  for (const [holds, what] of claims) if (!holds) problems.push(what);
  return { counts, problems: problems.length > 0 ? [...problems, ...ledger.examples(), `the product said: ${stage.product.log().slice(-1000)}`] : [], facts };
}
