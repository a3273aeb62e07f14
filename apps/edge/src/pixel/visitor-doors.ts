import type { Agent, Clock, EventDraft, Place, VisitorIds } from '@hookline/core';
import { isHooklineError } from '@hookline/core';
import type { EventLog } from '@hookline/store';
import type { ReadAgent } from '../enrich/agent-reader.ts';
import { coarsePlace } from '../enrich/place-reader.ts';
import type { ByteBudget } from '../http/byte-budget.ts';
import { createDeadline } from '../http/read-body.ts';
import type { EdgeMetrics } from '../metrics.ts';
import { addressGroup, type ReadClientAddress } from './client-address.ts';
import type { PixelDirectory } from './pixel-directory.ts';
import type { PixelSettings } from './pixel-settings.ts';
import type { TokenBuckets } from './token-buckets.ts';
import type { ResolveIdentity } from './visitor-identity.ts';
import type { VisitorAnswer, VisitorRequest } from './visitor-request.ts';

/** What the doors for visitors share. */
export interface VisitorDeps {
  readonly directory: PixelDirectory;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly metrics: EdgeMetrics;
  readonly budget: ByteBudget;
  readonly ids: VisitorIds;
  readonly resolveIdentity: ResolveIdentity;
  readonly readAgent: ReadAgent;
  readonly readAddress: ReadClientAddress;
  readonly settings: PixelSettings;
  readonly secretQueryKeys: ReadonlySet<string>;
  /** By pixel and address. */
  readonly hits: TokenBuckets;
  /** Pixels that are nobody's, by address: ids are not to be had by trying. */
  readonly misses: TokenBuckets;
  /** A bug, for the log. */
  readonly logFailure: (error: unknown) => void;
}

/** An answer without a body. */
export const answerBare = (status: number, headers: Readonly<Record<string, string>> = {}): VisitorAnswer => ({ status, headers: { 'cache-control': 'no-store', ...headers }, body: null });

export const addressOf = (deps: VisitorDeps, request: VisitorRequest): string => deps.readAddress(request.address, request.header('x-forwarded-for'));

/** The answer for a sid that is nobody's: always the same. */
export function refuseMiss(deps: VisitorDeps, address: string): VisitorAnswer {
  return deps.misses.tryTake(addressGroup(address)) ? answerBare(404) : tooMany();
}

export const tooMany = (): VisitorAnswer => answerBare(429, { 'retry-after': '1' });

/** Browsers fetch ahead what a visitor may never look at. */
export function isPrefetch(request: VisitorRequest): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) => /prefetch|preview/i.test(request.header(name) ?? ''));
}

/** Where and with what a visitor is here; of an anonymous one only what fits many. */
export function describeVisit(deps: VisitorDeps, request: VisitorRequest, address: string, isAnonymous: boolean): { readonly ip: string | null; readonly place: Place | null; readonly agent: Agent | null } {
  const place = request.place ?? (address === '' ? null : deps.settings.readPlace(address));
  const agent = deps.readAgent(request.header('user-agent'));
  if (isAnonymous) return { ip: null, place: place === null ? null : coarsePlace(place), agent };
  return { ip: address === '' ? null : address, place, agent };
}

/**
 * Appends one event. `stored` only after it is durable (a repetition too); `late` when that took longer than `patienceMs`, with the outcome still open; `refused` when
 * the store could not take it. Counts what became of it, also when that is known later.
 */
export async function appendVisit(deps: VisitorDeps, draft: EventDraft, patienceMs: number): Promise<'stored' | 'late' | 'refused'> {
  const appended = deps.log.append({ events: [draft] }).then(
    (result) => {
      const isNew = result.kind === 'stored' && result.items[0]?.status === 'accepted';
      deps.metrics.countEvents(isNew ? 1 : 0, isNew ? 0 : 1, 0);
      return 'stored' as const;
    },
    (error: unknown) => {
      if (!isHooklineError(error)) deps.logFailure(error);
      deps.metrics.countUnaccepted(1);
      return 'refused' as const;
    },
  );
  const deadline = createDeadline(patienceMs);
  try {
    const settled = await Promise.race([appended, deadline.reached]);
    return settled === 'deadline' ? 'late' : settled;
  } finally {
    deadline.cancel();
  }
}
