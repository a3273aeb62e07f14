import type { Problem } from '@hookline/core';
import type { Refusal } from '../http/refusal.ts';
import { z } from 'zod';
import { EDGE_LIMITS } from '../limits.ts';
import { problemSchema } from '../schemas/common-schemas.ts';

/** What bulk calls answer, in the manner of events. */
export const bulkAnswerSchema = z
  .object({
    accepted: z.int(), rejected: z.int(),
    items: z.array(z.object({ index: z.int(), status: z.literal('rejected'), code: z.string(), message: z.string(), path: z.string(), problems: z.array(problemSchema) })),
  })
  .meta({ id: 'BulkAnswer', description: `Counts are exact; of the rejected, the first ${EDGE_LIMITS.bulkItemsListedMax} are listed.` });

export type BulkAnswer = z.infer<typeof bulkAnswerSchema>;

/** Gathers what became of the items of a bulk call; paths of problems are pointers into the body. */
export function createBulkAnswer(): { accept(count: number): void; reject(index: number, problems: readonly Problem[]): void; isEmpty(): boolean; finish(): BulkAnswer } {
  let accepted = 0;
  let rejected = 0;
  const items: BulkAnswer['items'] = [];
  return {
    accept(count) {
      accepted += count;
    },
    reject(index, problems) {
      rejected += 1;
      const [first] = problems;
      if (items.length === EDGE_LIMITS.bulkItemsListedMax || first === undefined) return;
      items.push({ index, status: 'rejected', code: first.code, message: first.message, path: first.path, problems: [...problems] });
    },
    isEmpty: () => accepted + rejected === 0,
    finish: () => ({ accepted, rejected, items }),
  };
}

/** Why an item's account is refused, as a problem of the item. */
export const accountProblem = (refusal: Refusal, itemPath: string): Problem => ({ ...refusal.problems[0], path: `${itemPath}/account_id` });

/** Items gathered by account, in their order. */
export function pushTo<T>(byAccount: Map<number, T[]>, accountId: number, item: T): void {
  const known = byAccount.get(accountId);
  if (known === undefined) byAccount.set(accountId, [item]);
  else known.push(item);
}
