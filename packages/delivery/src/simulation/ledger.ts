// What destinations have seen: one line for each copy of an event that was on its way to one of them. What must hold for every single send is looked at here.
import type { EventDraft, HookSelection, OutgoingBatch } from '@hookline/core';
import type { World } from './world.ts';

export interface Copy {
  readonly n: number;
  readonly hookId: string;
  readonly http: boolean;
  /** The destination as a whole is never in trouble. */
  readonly steady: boolean;
  /** One event for one hook in one round. */
  readonly messageId: string;
  readonly deliveryId: string;
  readonly attempt: number;
  readonly revision: number;
  readonly redrive: number;
  /** Which start of the process. */
  readonly incarnation: number;
  readonly startedAt: number;
  /** The version that made it, by the tag in its custom data. */
  readonly tag: string;
  takenAt: number | null;
  answer: 'pending' | 'delivered' | 'failed' | 'unknown';
  answeredAt: number;
}

interface Message {
  readonly event_data: { readonly n: number };
  readonly profile_id: string | null;
  readonly custom_data?: { readonly version?: string; readonly name?: unknown };
}

export class Ledger {
  readonly #world: World;
  /** What was sent to the door, by `n`. */
  readonly sent = new Map<number, EventDraft>();
  readonly selections = new Map<string, { readonly hookId: string; readonly selection: HookSelection }>();
  /** Values that a profile's `name` has had, raw JSON, by `account:database/profile`. */
  readonly names = new Map<string, Set<string>>();
  readonly byHook = new Map<string, Copy[]>();
  readonly #bodies = new Map<string, string>();
  readonly #attempts = new Set<string>();
  readonly #taken = new Set<string>();
  readonly #chars = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  /** A send begins. */
  begin(batch: OutgoingBatch, of: { readonly http: boolean; readonly steady: boolean; readonly incarnation: number }): Copy[] {
    const copies = batch.messages.map((message): Copy => {
      const parsed = JSON.parse(message.body) as Message;
      const { n } = parsed.event_data;
      const tag = parsed.custom_data?.version ?? '';
      this.#checkMessage(batch, message, parsed);
      this.#chars.set(`${batch.hookId}/${n}`, message.body.length);
      return {
        n, tag, ...of, hookId: batch.hookId, messageId: message.messageId, deliveryId: of.http ? batch.deliveryId : message.messageId, attempt: batch.attempt, revision: batch.revision, redrive: batch.redrive,
        startedAt: this.#world.time.now, takenAt: null, answer: 'pending', answeredAt: 0,
      };
    });
    let known = this.byHook.get(batch.hookId);
    if (!known) this.byHook.set(batch.hookId, (known = []));
    known.push(...copies);
    if (of.http) this.#checkDelivery(batch);
    this.#world.note('send', batch.hookId, batch.deliveryId, batch.attempt, copies.length);
    return copies;
  }

  /** Length of the message that a hook made of an event last. */
  charsOf(hookId: string, n: number): number {
    return this.#chars.get(`${hookId}/${n}`) ?? 0;
  }

  /** A destination has it now. */
  take(copy: Copy): void {
    copy.takenAt = this.#world.time.now;
    const key = `${copy.hookId}/${copy.n}`;
    if (this.#taken.has(key)) this.#world.sightings.see('duplicate taken');
    this.#taken.add(key);
  }

  /** The bytes are those of the event, spliced as its version says; the simulation builds them a second time, its own way. */
  #checkMessage(batch: OutgoingBatch, message: OutgoingBatch['messages'][number], parsed: Message): void {
    const { fail } = this.#reporter(batch.hookId);
    const { n } = parsed.event_data;
    const draft = this.sent.get(n);
    const version = this.selections.get(parsed.custom_data?.version ?? '');
    if (!draft) return fail(`event ${n} was never sent to the door`);
    if (draft.accountId !== batch.accountId) return fail(`event ${n} belongs to account ${draft.accountId}`);
    if (version?.hookId !== batch.hookId) return fail(`event ${n} was made by a version of another hook`);
    const { selection } = version;
    const key = `${draft.accountId}:${draft.databaseId}/${draft.profileId}`;
    const deleted = draft.profileId !== null && parsed.profile_id === null;
    const base = deleted ? draft.base.replace(`"profile_id":${JSON.stringify(draft.profileId)}`, '"profile_id":null') : draft.base;
    const name = parsed.custom_data?.name === undefined ? 'null' : JSON.stringify(parsed.custom_data.name);
    const custom = selection.customData.fields.length > 0 ? `{"name":${name},"version":"${parsed.custom_data?.version}"}` : `{"version":"${parsed.custom_data?.version}"}`;
    const expected = `${base}${selection.includeEventId ? `,"event_id":"${message.eventId}"` : ''},"custom_data":${custom}}`;
    if (message.body !== expected) fail(`event ${n} has the body ${message.body.slice(0, 300)} instead of ${expected.slice(0, 300)}`);
    if (draft.callerId !== null && message.eventId !== draft.callerId) fail(`event ${n} goes out as ${message.eventId}`);
    if (name !== 'null' && !this.names.get(key)?.has(name)) fail(`event ${n} has the name ${name}, which its profile never had`);
  }

  /** One delivery id, one body, each attempt number once; and it was written down before its first byte. */
  #checkDelivery(batch: OutgoingBatch): void {
    const { fail } = this.#reporter(batch.hookId);
    const { deliveryId, attempt } = batch;
    const body = Buffer.from(batch.body).toString();
    if (body !== `[${batch.messages.map((m) => m.body).join(',')}]`) fail(`${deliveryId} has another body than its messages`);
    const before = this.#bodies.get(deliveryId);
    if (before !== undefined && before !== body) fail(`${deliveryId} has two bodies`);
    this.#bodies.set(deliveryId, body);
    if (this.#attempts.has(`${deliveryId}/${attempt}`)) fail(`${deliveryId} was sent twice as attempt ${attempt}`);
    this.#attempts.add(`${deliveryId}/${attempt}`);
    void this.#world.log.units(batch.hookId).then((units) => {
      const stored = units.find((unit) => unit.deliveryId === deliveryId);
      if (stored?.state !== 'in_flight' || stored.attempt !== attempt) fail(`${deliveryId} was sent as attempt ${attempt} before that was written down`);
    });
  }

  #reporter(hookId: string): { fail(text: string): void } {
    return { fail: (text) => this.#world.fail(`${hookId}: ${text}`) };
  }
}
