// Who was promised what, and what came. Kept outside the product, and never killed: the product is judged by it.
import type { HookConfig } from '../model/hook-config.ts';
import { eventNumberIn, makeEvent } from '../model/make-event.ts';
import type { EventOptions, OracleEvent } from '../model/make-event.ts';
import { noCounts } from './counts.ts';
import type { Counts } from './counts.ts';
import { DUTY, HookBook } from './hook-book.ts';
import type { Arrival, Finding, Span } from './hook-book.ts';
import { NumberColumn } from './number-column.ts';

const NEVER = Number.POSITIVE_INFINITY;
const REFUSED = -2;
const NOT_SENT = -1;
const EXAMPLES_MAX = 4;

export interface LedgerOptions extends EventOptions {
  readonly seed: number;
}

export class Ledger {
  readonly seed: number;
  readonly #options: EventOptions;
  readonly #books = new Map<string, HookBook>();
  readonly #sent = new NumberColumn((n) => new Float64Array(n), NOT_SENT);
  readonly #sentMs = new NumberColumn((n) => new Float64Array(n));
  readonly #answered = new NumberColumn((n) => new Float64Array(n), NEVER);
  readonly #found: Partial<Record<Finding | 'unexpected' | 'unreadable', string[]>> = {};
  readonly #counted = { corrupt: 0, misrouted: 0, dupNonidentical: 0, twoIds: 0, attemptTwice: 0, duplicates: 0, unexpected: 0, unreadable: 0 };
  #tick = 0;
  #taken = 0;
  ackedCount = 0;
  refusedCount = 0;

  constructor({ seed, ...options }: LedgerOptions) {
    this.seed = seed;
    this.#options = options;
  }

  /** The next event that nobody has sent yet. */
  take(): OracleEvent {
    return this.event(this.#taken++);
  }
  event(number: number): OracleEvent {
    return makeEvent(this.seed, number, this.#options);
  }
  get takenCount(): number {
    return this.#taken;
  }

  // ── Hooks ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  get books(): readonly HookBook[] {
    return [...this.#books.values()];
  }
  book(hook: string): HookBook {
    const book = this.#books.get(hook);
    if (!book) throw new Error(`the ledger has no hook ${hook}`);
    return book;
  }

  /** Before the call that makes or changes a hook; the answer is to be called when the product has answered. null = it will not be active. */
  changing(hook: string, config: HookConfig | null): () => void {
    const book = this.#books.get(hook) ?? new HookBook(hook);
    this.#books.set(hook, book);
    const change = { from: ++this.#tick, to: NEVER };
    book.change(config, change);
    return () => {
      change.to = ++this.#tick;
    };
  }

  /** Before the call that activates a hook from where it stopped: what was accepted meanwhile is owed after all. */
  activatingFromStopped(hook: string, config: HookConfig): () => void {
    const book = this.book(hook);
    book.fillIn(config);
    for (let number = 0; number < this.#taken; number++) if (this.#isAcked(number)) book.owe(this.event(number), this.#span(number));
    return this.changing(hook, config);
  }

  // ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Before the request that holds it. Sending it again changes nothing. */
  sending({ number }: OracleEvent): void {
    if (this.#sent.get(number) !== NOT_SENT) return;
    this.#sent.set(number, ++this.#tick);
    this.#sentMs.set(number, performance.now());
  }

  acked(event: OracleEvent): void {
    if (this.#isAcked(event.number)) return;
    this.ackedCount++;
    this.#answered.set(event.number, ++this.#tick);
    for (const book of this.#books.values()) book.owe(event, this.#span(event.number));
  }

  refused({ number }: OracleEvent): void {
    if (this.#answered.get(number) !== NEVER) return;
    this.refusedCount++;
    this.#answered.set(number, REFUSED);
  }

  // ── Arrivals ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  arrived(hook: string, arrival: Arrival, atMs = performance.now()): void {
    const number = eventNumberIn(arrival.text);
    if (number === null) return this.#note('unreadable', hook, arrival.text.slice(0, 200));
    const book = this.#books.get(hook);
    if (!book) return this.#note('misrouted', hook, 'there is no such hook');
    if (this.#sent.get(number) === NOT_SENT) return this.#note('unexpected', hook, `event ${number} was never sent`);
    const event = this.event(number);
    if (this.#answered.get(number) === REFUSED) this.#note('unexpected', hook, `${event.id} was refused`);
    for (const [finding, example] of book.enter(event, this.#span(number), arrival, atMs - this.#sentMs.get(number))) this.#note(finding, hook, example);
  }

  /** Before the messages of an HTTP request. */
  requested(hook: string, deliveryId: string, attempt: string | undefined, body: string): void {
    for (const [finding, example] of this.#books.get(hook)?.enterRequest(deliveryId, attempt, body) ?? []) this.#note(finding, hook, example);
  }

  /** A request, or what a broker gave, that is no message at all. */
  unreadable(hook: string, text: string): void {
    this.#note('unreadable', hook, text.slice(0, 200));
  }

  // ── The reckoning ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Owed and not taken. */
  open(book: HookBook): number[] {
    const numbers: number[] = [];
    for (let number = 0; number < this.#taken; number++) if (book.duty(number) === DUTY.must && book.taken(number) === 0) numbers.push(number);
    return numbers;
  }

  /** Owed to one hook so far, and at most: with what may come and need not. */
  owed(book: HookBook): { readonly least: number; readonly most: number } {
    let least = 0;
    let most = 0;
    for (let number = 0; number < this.#taken; number++) {
      const duty = this.#isAcked(number) ? book.duty(number) : this.#sent.get(number) === NOT_SENT ? DUTY.mustNot : Math.min(DUTY.may, book.dutyFor(this.event(number), this.#span(number)));
      if (duty === DUTY.must) least++;
      if (duty >= DUTY.may) most++;
    }
    return { least, most };
  }

  /** `dead`: what the product's dead letters hold, by hook. */
  counts(dead: ReadonlyMap<string, ReadonlySet<number>> = new Map()): Counts {
    const counts = { ...noCounts(), ...this.#counted, acked: this.ackedCount, refused: this.refusedCount };
    for (let number = 0; number < this.#taken; number++) if (this.#sent.get(number) !== NOT_SENT && this.#answered.get(number) === NEVER) counts.unknown++;
    for (const book of this.#books.values()) {
      const buried = dead.get(book.name);
      for (let number = 0; number < this.#taken; number++) {
        const taken = book.taken(number) > 0;
        if (book.duty(number) === DUTY.must) {
          counts.owed++;
          if (taken) counts.delivered++;
          else if (buried?.has(number)) counts.dead++;
          else if (book.deleted) counts.cancelled++;
          else counts.lost++;
        } else if (taken && this.#answered.get(number) === NEVER) counts.recovered++;
        if (taken && buried?.has(number)) counts.falseFailure++;
      }
    }
    return counts;
  }

  /** A few of each kind of finding, for people. */
  examples(): string[] {
    return Object.entries(this.#found).flatMap(([kind, texts]) => texts.map((text) => `${kind}: ${text}`));
  }

  #isAcked(number: number): boolean {
    return this.#answered.get(number) >= 0 && this.#answered.get(number) !== NEVER;
  }

  #span(number: number): Span {
    const answered = this.#answered.get(number);
    return { from: this.#sent.get(number), to: answered === NEVER || answered < 0 ? ++this.#tick : answered };
  }

  #note(finding: Finding | 'unexpected' | 'unreadable', hook: string, example: string): void {
    this.#counted[finding]++;
    const examples = (this.#found[finding] ??= []);
    if (examples.length < EXAMPLES_MAX) examples.push(`${hook}: ${example}`);
  }
}
