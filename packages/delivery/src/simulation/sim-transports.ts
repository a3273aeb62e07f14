// The network between one process and the destinations. What had reached a destination when the process died was taken; what had not may still get through.
import type { Failure, Outcome, OutgoingBatch, SendResult, Transport, TransportFactory } from '@hookline/core';
import { createDestination, type Destination } from './destination.ts';
import { type Kind, targetOf } from './events.ts';
import type { Copy } from './ledger.ts';
import type { SimProcess } from './sim-process.ts';
import type { World } from './world.ts';

const SEVERITY = { delivered: 0, unknown: 1, failed: 2, rejected: 3 } as const;
const ABORTED: Failure = { kind: 'unknown', code: 'network', message: 'given up' };

export function destinationAt(world: World, target: string, kind: Kind): Destination {
  const known = world.destinations.get(target);
  if (known) return known;
  const made = createDestination({ kind, steady: target.startsWith('steady'), dice: world.dice.split(), swarm: world.swarm, see: (sight) => world.sightings.see(sight) });
  world.destinations.set(target, made);
  return made;
}

export class SimTransports implements TransportFactory {
  readonly #world: World;
  readonly #process: SimProcess;
  readonly #underWay = new Map<string, Set<Sending>>();
  constructor(world: World, process: SimProcess) {
    this.#world = world;
    this.#process = process;
  }

  create({ hookId, request }: Parameters<TransportFactory['create']>[0]): Transport {
    const destination = destinationAt(this.#world, targetOf(request), request.type === 'http' ? 'http' : 'broker');
    const mine = new Set<Sending>();
    return {
      type: request.type,
      send: (batch, signal) => this.#send(destination, batch, signal, mine),
      close: async () => {
        // Another destination: some connections are cut, others finish what they do.
        for (const sending of mine) if (this.#world.dice.chance(0.5)) sending.giveUp();
        this.#underWay.delete(hookId);
      },
    };
  }
  async close(): Promise<void> {}

  inTransit(hookId: string): number {
    return this.#underWay.get(hookId)?.size ?? 0;
  }

  #send(destination: Destination, batch: OutgoingBatch, signal: AbortSignal | undefined, mine: Set<Sending>): Promise<SendResult> {
    const world = this.#world;
    const process = this.#process;
    const http = destination.kind === 'http';
    const copies = world.ledger.begin(batch, { http, steady: destination.steady, incarnation: process.incarnation });
    const lane = process.lane(batch.hookId);
    world.pacing.sending(batch.hookId, batch.deliveryId, process.incarnation, lane);
    const reception = destination.receive(batch, copies.map((copy) => copy.n));
    let all = this.#underWay.get(batch.hookId);
    if (!all) this.#underWay.set(batch.hookId, (all = new Set()));
    const sendings = all;
    return new Promise((resolve) => {
      let open = true;
      const settle = (outcomes: readonly Outcome[]): void => {
        if (!open || !process.clock.alive) return;
        open = false;
        sendings.delete(sending);
        mine.delete(sending);
        signal?.removeEventListener('abort', sending.giveUp);
        const result = resultOf(batch, http, outcomes);
        answer(copies, result, world.time.now);
        world.note('answer', batch.deliveryId, batch.attempt, result.outcome.kind);
        world.pacing.ended(batch.hookId, batch.deliveryId, process.incarnation, result, lane, () => sendings.size);
        resolve(result);
      };
      let taken = false;
      const take = (): void => {
        if (taken) return;
        taken = true;
        copies.forEach((copy, i) => {
          if (reception.taken[i]) world.ledger.take(copy);
        });
      };
      const sending: Sending = {
        giveUp: () => {
          if (world.dice.chance(0.5)) take();
          taken = true;
          settle(http ? [ABORTED] : copies.map(() => ABORTED));
        },
        cut: () => {
          open = false;
          if (world.dice.chance(0.5)) take();
          taken = true;
        },
      };
      if (signal?.aborted) return settle(http ? [ABORTED] : copies.map(() => ABORTED));
      signal?.addEventListener('abort', sending.giveUp, { once: true });
      sendings.add(sending);
      mine.add(sending);
      world.time.after(reception.takeMs, take);
      process.clock.after(reception.answerMs, () => settle(reception.outcomes));
    });
  }

  /** The process has died. */
  crash(): void {
    for (const sendings of this.#underWay.values()) for (const sending of sendings) sending.cut();
  }
  get busy(): boolean {
    return [...this.#underWay.values()].some((sendings) => sendings.size > 0);
  }
}

interface Sending {
  giveUp(): void;
  cut(): void;
}

function resultOf(batch: OutgoingBatch, http: boolean, outcomes: readonly Outcome[]): SendResult {
  const worst = outcomes.reduce<Outcome>((a, b) => (SEVERITY[b.kind] > SEVERITY[a.kind] ? b : a), { kind: 'delivered' });
  return { outcome: worst, ...(!http && { each: outcomes }), evidence: { request: { target: batch.hookId } } };
}

function answer(copies: readonly Copy[], { outcome, each }: SendResult, now: number): void {
  copies.forEach((copy, i) => {
    const own = each?.[i] ?? outcome;
    copy.answer = own.kind === 'rejected' ? 'failed' : own.kind;
    copy.answeredAt = now;
  });
}
