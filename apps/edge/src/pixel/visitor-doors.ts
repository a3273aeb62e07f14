import type { Agent, Clock, EventDraft, Place, VisitorIds } from '@hookline/core';
import { isHooklineError } from '@hookline/core';
import type { EventLog } from '@hookline/store';
import type { ReadAgent } from '../enrich/agent-reader.ts';
import { coarsePlace } from '../enrich/place-reader.ts';
import type { ByteBudget } from '../http/byte-budget.ts';
import type { EdgeMetrics } from '../metrics.ts';
import { addressGroup, type ReadClientAddress } from './client-address.ts';
import type { Deadlines } from './deadlines.ts';
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
  /** Of `UNDECIDED_MS`. */
  readonly undecided: Deadlines;
  /** How long the doors' visitors wait. */
  readonly patience: (delayMs: number) => Deadlines;
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

export const addressOf = (deps: VisitorDeps, request: VisitorRequest): string => deps.readAddress(request);

/** The answer for a sid that is nobody's: always the same. */
export function refuseMiss(deps: VisitorDeps, address: string): VisitorAnswer {
  return deps.misses.tryTake(addressGroup(address)) ? answerBare(404) : tooMany();
}

export const tooMany = (): VisitorAnswer => answerBare(429, { 'retry-after': '1' });

const PURPOSE_HEADERS: readonly string[] = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/** Browsers fetch ahead what a visitor may never look at. */
export function isPrefetch(request: VisitorRequest): boolean {
  for (const name of PURPOSE_HEADERS) {
    const purpose = request.header(name);
    if (purpose !== null && /prefetch|preview/i.test(purpose)) return true;
  }
  return false;
}

/** Where and with what a visitor is here; of an anonymous one only what fits many. */
export function describeVisit(deps: VisitorDeps, request: VisitorRequest, address: string, isAnonymous: boolean): { readonly ip: string | null; readonly place: Place | null; readonly agent: Agent | null } {
  const place = request.place ?? (address === '' ? null : deps.settings.readPlace(address));
  const agent = deps.readAgent(request.header('user-agent'));
  if (isAnonymous) return { ip: null, place: place === null ? null : coarsePlace(place), agent };
  return { ip: address === '' ? null : address, place, agent };
}

/** An append that has not ended by then counts as unaccepted: nobody can say what becomes of it. Should it turn out to be stored, it counts as accepted too. */
export const UNDECIDED_MS = 2_000;

/**
 * Appends one event. `stored` only after it is durable (a repetition too); `late` when the visitor has waited long enough, with the outcome still open; `refused` when the
 * store could not take it. Counts what became of it, also when that is known later.
 */
export function appendVisit(deps: VisitorDeps, draft: EventDraft, patience: Deadlines): Promise<'stored' | 'late' | 'refused'> {
  return new Promise((resolve) => {
    let isUndecided = false;
    const decided = deps.undecided.begin(() => {
      isUndecided = true;
      deps.metrics.countUnaccepted(1);
    });
    const answered = patience.begin(() => resolve('late'));
    deps.log.append({ events: [draft] }).then(
      (result) => {
        decided();
        answered();
        const isNew = result.kind === 'stored' && result.items[0]?.status === 'accepted';
        deps.metrics.countEvents(isNew ? 1 : 0, isNew ? 0 : 1, 0);
        resolve('stored');
      },
      (error: unknown) => {
        decided();
        answered();
        if (!isHooklineError(error)) deps.logFailure(error);
        if (!isUndecided) deps.metrics.countUnaccepted(1);
        resolve('refused');
      },
    );
  });
}
