// One hook's page in the ledger: the versions of it that were ever current, what is owed to it, and what came.
//
// A change of a hook takes effect somewhere between the call and its answer, as the acceptance of an event does. Where the two overlap, the event may belong to
// either version: then it may come and need not. Everything else is exact.
import { hash } from 'node:crypto';
import type { HookConfig } from '../model/hook-config.ts';
import type { OracleEvent } from '../model/make-event.ts';
import { matches } from '../model/matches.ts';
import { messageProblems } from '../model/message-problems.ts';
import { NumberColumn } from './number-column.ts';

/** The ledger's own time: a number for each thing that happens. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const DUTY = { none: 0, mustNot: 1, may: 2, must: 3 } as const;

interface Version {
  /** null = the hook is not active, or not there. */
  config: HookConfig | null;
  readonly change: Span;
}

/** What a sink has of one message. */
export interface Arrival {
  readonly text: string;
  /** `webhook-id`, or the broker's message id. */
  readonly deliveryId: string;
  /** The destination took it: its answer counts as success by the hook's own rule. */
  readonly taken: boolean;
  /** What travelled beside the body and does not fit it. */
  readonly problems: readonly string[];
}

export type Finding = 'corrupt' | 'misrouted' | 'dupNonidentical' | 'twoIds' | 'attemptTwice' | 'duplicates';

export class HookBook {
  readonly name: string;
  readonly #versions: Version[] = [{ config: null, change: { from: -1, to: -1 } }];
  readonly #duty = new NumberColumn((n) => new Uint8Array(n));
  readonly #taken = new NumberColumn((n) => new Uint16Array(n));
  readonly #text = new NumberColumn((n) => new Float64Array(n));
  readonly #delivery = new NumberColumn((n) => new Float64Array(n));
  readonly #bodies = new Map<string, { readonly body: number; readonly attempts: Set<string> }>();
  /** Request to arrival, of first copies, ms. */
  readonly latenciesMs: number[] = [];
  /** The hook was deleted: what had not come by then is cancelled. */
  deleted = false;
  /** Events with at least one copy taken. */
  takenCount = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** The version that is current once the change is through. */
  change(config: HookConfig | null, change: Span): void {
    this.#versions.push({ config, change });
  }

  /** The time since the last change belongs to this version after all: the hook was activated from where it had stopped. */
  fillIn(config: HookConfig): void {
    (this.#versions.at(-1) as Version).config = config;
  }

  /** `span`: from the first time it was sent to the answer. */
  dutyFor(event: OracleEvent, span: Span): number {
    const verdicts = new Set(this.#versionsDuring(span).map((config) => config !== null && matches(config, event)));
    return verdicts.size === 2 ? DUTY.may : verdicts.has(true) ? DUTY.must : DUTY.mustNot;
  }

  owe(event: OracleEvent, span: Span): void {
    this.#duty.set(event.number, this.dutyFor(event, span));
  }

  duty(number: number): number {
    return this.#duty.get(number);
  }
  taken(number: number): number {
    return this.#taken.get(number);
  }

  /** Enters one copy; answers what is wrong with it. */
  enter(event: OracleEvent, span: Span, arrival: Arrival, latencyMs: number): [Finding, string][] {
    const { number } = event;
    const found: [Finding, string][] = [];
    const text = digest(arrival.text);
    const known = this.#text.get(number);
    if (known === 0) {
      this.#text.set(number, text);
      found.push(...this.#judge(event, span, arrival));
    } else if (known !== text) found.push(['dupNonidentical', `${event.id} came with other bytes: ${arrival.text.slice(0, 200)}`]);
    if (!arrival.taken) return found;
    const copies = this.#taken.get(number) + 1;
    this.#taken.set(number, copies);
    const delivery = digest(arrival.deliveryId);
    if (copies === 1) {
      this.takenCount++;
      this.latenciesMs.push(latencyMs);
      this.#delivery.set(number, delivery);
    } else {
      found.push(['duplicates', `${event.id} came ${copies} times`]);
      if (this.#delivery.get(number) !== delivery) found.push(['twoIds', `${event.id} came under ${arrival.deliveryId} too`]);
    }
    return found;
  }

  /** Enters one HTTP request: the same id never comes with another body, nor twice with one attempt number. */
  enterRequest(deliveryId: string, attempt: string | undefined, body: string): [Finding, string][] {
    const now = digest(body);
    const known = this.#bodies.get(deliveryId);
    if (!known) {
      this.#bodies.set(deliveryId, { body: now, attempts: new Set([String(attempt)]) });
      return [];
    }
    const found: [Finding, string][] = [];
    if (known.body !== now) found.push(['dupNonidentical', `${deliveryId} came with two bodies`]);
    if (known.attempts.has(String(attempt))) found.push(['attemptTwice', `${deliveryId} came twice as attempt ${attempt}`]);
    known.attempts.add(String(attempt));
    return found;
  }

  #judge(event: OracleEvent, span: Span, arrival: Arrival): [Finding, string][] {
    const wanting = this.#versionsDuring(span).filter((config): config is HookConfig => config !== null && matches(config, event));
    if (wanting.length === 0) return [['misrouted', `${event.id} (${event.type}, database ${event.databaseId}, ${JSON.stringify(event.subjects)}) does not match`]];
    const problems = wanting.map((config) => messageProblems(config, event, arrival.text));
    const least = problems.find((list) => list.length === 0) ?? (problems[0] as string[]);
    const all = [...least, ...arrival.problems];
    return all.length > 0 ? [['corrupt', `${event.id}: ${all.slice(0, 3).join('; ')}`]] : [];
  }

  #versionsDuring({ from, to }: Span): (HookConfig | null)[] {
    return this.#versions.flatMap(({ config, change }, at) => {
      const end = this.#versions[at + 1]?.change.to ?? Number.POSITIVE_INFINITY;
      return change.from < to && end > from ? [config] : [];
    });
  }
}

/** 48 bits of it; never 0, which says that there is none. */
const digest = (text: string): number => Number.parseInt(hash('sha1', text).slice(0, 12), 16) || 1;
