// Clients: they append events, some with ids of their own, some twice, some whole requests under an idempotency key; and they remember every answer.
import type { EventDraft } from '@hookline/core';
import type { AppendRequest, AppendResult, ShardLog } from '@hookline/store';
import type { Dice } from './dice.ts';
import { ACCOUNTS, drawEvent } from './events.ts';
import { numberOf } from './oracle.ts';
import type { SimProcess } from './sim-process.ts';
import type { World } from './world.ts';

export class Door {
  readonly #world: World;
  readonly #dice: Dice;
  #n = 0;
  readonly #withIds: EventDraft[] = [];
  readonly #keyed: { readonly key: string; readonly request: AppendRequest }[] = [];
  readonly #answers = new Map<string, string>();
  /** Keys under which another body was sent too: who is first of the two has the key. */
  readonly #contested = new Set<string>();
  /** By `n`: the position that a client was told. */
  readonly acked = new Map<number, number>();
  /** By `n`: how often it was sent and not refused. */
  readonly #hopes = new Map<number, number>();

  constructor(world: World, dice: Dice) {
    this.#world = world;
    this.#dice = dice;
  }

  append(process: SimProcess, burst: boolean): void {
    const { swarm, sightings } = this.#world;
    const dice = this.#dice;
    if (burst) {
      sightings.see('burst');
      const accountId = dice.pick(ACCOUNTS);
      for (let left = swarm.burstEvents; left > 0; left -= 100) void this.#send(process, { events: Array.from({ length: 100 }, () => this.#draw(accountId)) });
      return;
    }
    const again = dice.next();
    if (again < 0.05 && this.#withIds.length > 0) {
      sightings.see('duplicate event');
      return void this.#send(process, { events: [dice.pick(this.#withIds)] });
    }
    if (again < 0.1) return this.#appendKeyed(process);
    void this.#send(process, { events: this.#drawSome() });
  }

  /** One event for every account and type, so that every hook can show that it lives. */
  appendFresh(process: SimProcess): Promise<boolean>[] {
    return ACCOUNTS.map((accountId) => this.#send(process, { events: Array.from({ length: 40 }, () => this.#draw(accountId)) }));
  }

  #draw(accountId?: number): EventDraft {
    const draft = drawEvent(++this.#n, this.#dice, this.#world.wall.now(), accountId);
    this.#world.ledger.sent.set(this.#n, draft);
    if (draft.callerId !== null) this.#withIds.push(draft);
    return draft;
  }
  #drawSome(): EventDraft[] {
    return Array.from({ length: this.#dice.whole(1, this.#world.swarm.eventsMax) }, () => this.#draw());
  }

  /** The same request again, or another one under its key, or a new one. */
  #appendKeyed(process: SimProcess): void {
    const dice = this.#dice;
    const known = dice.chance(0.6) ? this.#keyed[dice.whole(0, this.#keyed.length - 1)] : undefined;
    if (known && dice.chance(0.3)) {
      const other = { ...known.request, idempotency: { ...(known.request.idempotency as NonNullable<AppendRequest['idempotency']>), bodyHash: 'other' } };
      this.#contested.add(known.key);
      return void this.#send(process, other, known.key);
    }
    if (known) return void this.#send(process, known.request, known.key);
    const key = `key-${this.#keyed.length}`;
    const request: AppendRequest = {
      events: this.#drawSome(),
      idempotency: { accountId: 1, path: '/v1/events', key, bodyHash: key, answer: (items) => JSON.stringify(items.map((item) => item.eventId)) },
    };
    this.#keyed.push({ key, request });
    void this.#send(process, request, key);
  }

  /** Told, each time, that they are not stored. */
  get refused(): ReadonlySet<number> {
    return new Set([...this.#hopes].flatMap(([n, hopes]) => (hopes === 0 ? [n] : [])));
  }
  #hope(request: AppendRequest, more: 1 | -1): void {
    for (const draft of request.events) {
      const n = numberOf(draft);
      this.#hopes.set(n, (this.#hopes.get(n) ?? 0) + more);
    }
  }

  /** False = refused. */
  #send(process: SimProcess, request: AppendRequest, key?: string): Promise<boolean> {
    this.#hope(request, 1);
    return (process.log as ShardLog).append(request).then(
      (result) => {
        this.#answered(request, result, key);
        return true;
      },
      (error: unknown) => {
        this.#wasRefused(process, request, error);
        return false;
      },
    );
  }

  #answered(request: AppendRequest, result: AppendResult, key: string | undefined): void {
    const world = this.#world;
    // A key that may be forgotten during the run may be used again.
    const exact = world.swarm.cleanUp === 0;
    if (result.kind === 'mismatch') {
      world.sightings.see('idempotent mismatch');
      if (!this.#contested.has(key ?? '')) world.fail(`${key}: the same request was called another one`);
      return;
    }
    if (result.kind === 'replay') {
      world.sightings.see('idempotent replay');
      const before = this.#answers.get(key ?? '');
      if (exact && before !== undefined && before !== result.answer) world.fail(`${key}: answered ${result.answer}, before ${before}`);
      return;
    }
    if (request.idempotency && exact && this.#answers.has(key ?? '')) world.fail(`${key}: the same request was stored twice`);
    if (request.idempotency) this.#answers.set(key ?? '', JSON.stringify(result.items.map((item) => item.eventId)));
    void world.log.readAt(result.items.map((item) => item.position).sort((a, b) => a - b)).then((rows) => {
      const at = new Map(rows.map((row) => [row.position, row]));
      result.items.forEach((item, i) => {
        if (item.status === 'duplicate' && world.removed.has(item.position)) return;
        const draft = request.events[i] as EventDraft;
        const row = at.get(item.position);
        if (row?.kind !== 'event' || row.eventId !== item.eventId || (item.status === 'accepted' && row.base !== draft.base)) return world.fail(`event ${item.eventId} was acknowledged at ${item.position} and is not there`);
        if (item.status === 'accepted') this.acked.set(numberOf(draft), item.position);
      });
    });
  }

  #wasRefused(process: SimProcess, request: AppendRequest, error: unknown): void {
    this.#world.sightings.see('append refused');
    this.#world.note('refused', String(error));
    // While it closes it does not wait to learn how a commit ended.
    if (!process.ready) return;
    this.#hope(request, -1);
  }
}
