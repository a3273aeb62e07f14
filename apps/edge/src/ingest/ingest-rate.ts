import type { Clock, ParsedEvent, RejectedEvent } from '@hookline/core';
import { refuse, type Refusal } from '../http/refusal.ts';
import { EDGE_LIMITS } from '../limits.ts';
import { createTokenBuckets } from '../pixel/token-buckets.ts';

// How fast an account may bring events: one that floods gets its own 429s, the others notice nothing. Said before anything is stored, so nothing that was accepted is
// ever dropped for it.

const CODE = 'rate_limited';

export interface IngestRate {
  /** Before a body is read: 429 where the account is over its rate already. null = go on, also where the account is not known yet. */
  refuseIfOver(accountId: number | null): Refusal | null;
  /**
   * Counts the events that were read. Those of an account that is over its rate are rejected, each by itself where other accounts' events came with them (a platform's
   * batch), else the request as a whole.
   */
  take(items: readonly ParsedEvent[]): readonly ParsedEvent[] | Refusal;
}

export function createIngestRate(clock: Pick<Clock, 'monotonic'>, eventsPerSec: number): IngestRate {
  const buckets = createTokenBuckets({ perSecond: eventsPerSec, burst: eventsPerSec * EDGE_LIMITS.ingestBurstSec, bucketsMax: EDGE_LIMITS.ingestRatesMax, now: () => clock.monotonic() });
  const refuseFor = (accountId: number): Refusal => {
    const seconds = Math.max(1, Math.ceil(buckets.waitMs(String(accountId)) / 1000));
    return refuse(429, CODE, `The account brings more than ${eventsPerSec} events a second.`, '', { 'retry-after': String(seconds) });
  };
  if (eventsPerSec === 0) return { refuseIfOver: () => null, take: (items) => items };
  return {
    refuseIfOver: (accountId) => (accountId === null || buckets.waitMs(String(accountId)) === 0 ? null : refuseFor(accountId)),
    take(items) {
      const counts = new Map<number, number>();
      for (const item of items) if (item.ok) counts.set(item.draft.accountId, (counts.get(item.draft.accountId) ?? 0) + 1);
      const over = [...counts].filter(([accountId, count]) => !buckets.tryTake(String(accountId), count)).map(([accountId]) => accountId);
      const [first] = over;
      if (first === undefined) return items;
      if (over.length === counts.size) return refuseFor(first);
      return items.map((item) => (item.ok && over.includes(item.draft.accountId) ? rejected(item.index) : item));
    },
  };
}

function rejected(index: number): RejectedEvent {
  const path = `/${index}`;
  return { index, ok: false, status: 429, code: CODE, path, problems: [{ path, code: CODE, message: 'The account brings more events than it may: send this one again later.' }] };
}
