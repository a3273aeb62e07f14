// The log as an edge beside others appends to it. An event goes to the shard of this edge; one with a caller's id to the home shard of its account, by the edge that owns
// that one, so that an id stores one event whichever edge it comes to. A request with an `Idempotency-Key` is known at the key's home.
import { type ControlRecord, type EventDraft, HooklineError } from '@hookline/core';
import { type Appender, type AppendedEvent, type AppendRequest, type AppendResult, type EventLog, homeShardOf, type IdempotentRequest } from '@hookline/store';
import { parseKept, printKept } from './kept-items.ts';

export interface SpreadLogOptions {
  /** The shard of this edge. */
  readonly own: EventLog;
  /** What appends to the shards of the others, by their numbers. */
  readonly peers: ReadonlyMap<number, Pick<Appender, 'append'>>;
}

interface Part {
  readonly shard: number;
  readonly indexes: number[];
  readonly events: EventDraft[];
}

export class SpreadLog implements EventLog {
  readonly shard: number;
  readonly #own: EventLog;
  readonly #peers: SpreadLogOptions['peers'];
  readonly #shardCount: number;
  constructor({ own, peers }: SpreadLogOptions) {
    this.shard = own.shard;
    this.#own = own;
    this.#peers = peers;
    this.#shardCount = peers.size + 1;
  }

  append(request: AppendRequest): Promise<AppendResult> {
    return request.idempotency ? this.#appendOnce(request.events, request.idempotency) : this.#appendParts(request.events);
  }

  #at(shard: number): Pick<Appender, 'append'> {
    return this.#peers.get(shard) ?? this.#own;
  }

  #divide(events: readonly EventDraft[], homeless: number): Map<number, Part> {
    const parts = new Map<number, Part>();
    for (const [index, event] of events.entries()) {
      const shard = event.callerId === null ? homeless : homeShardOf(event.accountId, this.#shardCount);
      const part = parts.get(shard) ?? { shard, indexes: [], events: [] };
      parts.set(shard, part);
      part.indexes.push(index);
      part.events.push(event);
    }
    return parts;
  }

  /** The own part goes last: what has no id of its own is stored only where everything else is, so that sending again makes no second one. */
  async #appendParts(events: readonly EventDraft[]): Promise<AppendResult> {
    const parts = this.#divide(events, this.shard);
    const own = parts.get(this.shard);
    if (own && parts.size === 1) return this.#own.append({ events });
    parts.delete(this.shard);
    const items: AppendedEvent[] = [];
    await Promise.all([...parts.values()].map(async (part) => put(items, part, itemsOf(await this.#at(part.shard).append({ events: part.events })))));
    if (own) put(items, own, itemsOf(await this.#own.append({ events: own.events })));
    return { kind: 'stored', items };
  }

  /**
   * The key's home decides whether the request is new, with its part of the events. The others get theirs under a key made from it, whether it is new or not: a request
   * that was cut off between them is finished by its repetition.
   */
  async #appendOnce(events: readonly EventDraft[], { answer, ...idempotency }: IdempotentRequest): Promise<AppendResult> {
    const home = homeShardOf(idempotency.accountId, this.#shardCount);
    const parts = this.#divide(events, home);
    const first = parts.get(home) ?? { shard: home, indexes: [], events: [] };
    parts.delete(home);
    const decided = await this.#at(home).append({ events: first.events, idempotency: { ...idempotency, answer: printKept } });
    if (decided.kind === 'mismatch') return decided;
    const kept = decided.kind === 'stored' ? decided.items : parseKept(decided.answer);
    if (kept === null) return decided;
    const items: AppendedEvent[] = [];
    put(items, first, kept);
    const others = await Promise.all([...parts.values()].map(async (part) => {
      const result = await this.#at(part.shard).append({ events: part.events, idempotency: { ...idempotency, path: `${idempotency.path}#${home}`, answer: printKept } });
      put(items, part, result.kind === 'replay' ? (parseKept(result.answer) ?? []) : itemsOf(result));
      return result.kind;
    }));
    const text = answer(items);
    return decided.kind === 'replay' && others.every((kind) => kind === 'replay') ? { kind: 'replay', answer: text } : { kind: 'stored', items };
  }

  appendControl(record: ControlRecord): Promise<number> {
    return this.#own.appendControl(record);
  }
  end(): number {
    return this.#own.end();
  }
  onAppend(listener: (end: number) => void): () => void {
    return this.#own.onAppend(listener);
  }
  read(...given: Parameters<EventLog['read']>): ReturnType<EventLog['read']> {
    return this.#own.read(...given);
  }
  keepFor(cursors: readonly number[]): void {
    this.#own.keepFor(cursors);
  }
  readAt(...given: Parameters<EventLog['readAt']>): ReturnType<EventLog['readAt']> {
    return this.#own.readAt(...given);
  }
  positionAt(...given: Parameters<EventLog['positionAt']>): ReturnType<EventLog['positionAt']> {
    return this.#own.positionAt(...given);
  }
  findEvent(...given: Parameters<EventLog['findEvent']>): ReturnType<EventLog['findEvent']> {
    return this.#own.findEvent(...given);
  }
}

function put(items: AppendedEvent[], part: Part, of: readonly AppendedEvent[]): void {
  for (const [i, index] of part.indexes.entries()) items[index] = of[i] as AppendedEvent;
}

function itemsOf(result: AppendResult): readonly AppendedEvent[] {
  if (result.kind !== 'stored') throw new HooklineError('invariant_broken', `an append without a key was answered with ${result.kind}`);
  return result.items;
}
