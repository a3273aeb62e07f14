// The reference: what a transport does, without a network. It keeps copies of what it was given and answers what its script says.
import type { HookRequest, Outcome, OutgoingBatch, SendResult, Transport } from '@hookline/core';
import { STOPPED, startDeadline } from '../deadline.ts';
import { brokerEvidence } from '../evidence/broker-evidence.ts';
import { cutBytes } from '../evidence/redact.ts';
import { DELIVERED, fail, worstOutcome } from '../failure.ts';
import { systemClock } from '../system-clock.ts';

/** Its own total deadline, as that of every transport. */
const SEND_DEADLINE_MS = 15_000;

/** One outcome for the whole batch, or one a message. A promise that never settles is a destination that never answers. */
export type MemoryScript = (batch: OutgoingBatch, sendNumber: number) => Outcome | readonly Outcome[] | Promise<Outcome | readonly Outcome[]>;

export interface MemoryTransport extends Transport {
  /** Copies, in the order of their sends, whatever was answered. */
  readonly sent: readonly OutgoingBatch[];
  /** Answers sends from now on. */
  script(answer: MemoryScript): void;
}

/** Answers `delivered` until a script says otherwise. */
export function createMemoryTransport({ type = 'http' }: { readonly type?: HookRequest['type'] } = {}): MemoryTransport {
  const sent: OutgoingBatch[] = [];
  let answer: MemoryScript = () => DELIVERED;
  const settle = async (batch: OutgoingBatch, signal: AbortSignal | undefined): Promise<Outcome | readonly Outcome[]> => {
    const deadline = startDeadline(systemClock, SEND_DEADLINE_MS, signal);
    try {
      const given = await Promise.race([answer(batch, sent.length), deadline.stopped]);
      if (given !== STOPPED) return given;
      return deadline.signal.reason === 'caller' ? fail('unknown', 'network', 'stopped by us before the answer came') : fail('unknown', 'timeout', 'no answer before the deadline');
    } finally {
      deadline.clear();
    }
  };
  return {
    type,
    sent,
    script(next) {
      answer = next;
    },
    async send(batch, signal) {
      const isStopped = signal?.aborted === true;
      if (!isStopped) sent.push(structuredClone(batch));
      const given = isStopped ? fail('failed', 'network', 'stopped by us before it was sent') : await settle(batch, signal);
      const each = 'kind' in given ? batch.messages.map(() => given) : given;
      const outcome = worstOutcome(each);
      if (type !== 'http') return { outcome, each, evidence: brokerEvidence('memory', batch, outcome) } satisfies SendResult;
      const response = outcome.kind === 'delivered' ? {} : { error: outcome.message };
      return { outcome, evidence: { request: { target: 'memory', body: cutBytes(Buffer.from(batch.body)) }, response } } satisfies SendResult;
    },
    async close() {
      // nothing is held
    },
  };
}
