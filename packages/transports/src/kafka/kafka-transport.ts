import type { Failure, Outcome, OutgoingMessage, SendResult, Transport } from '@hookline/core';
import { type Deadline, STOPPED, startDeadline } from '../deadline.ts';
import { brokerEvidence } from '../evidence/broker-evidence.ts';
import { createRedact, redactOutcome } from '../evidence/redact.ts';
import { DELIVERED, fail, worstOutcome } from '../failure.ts';
import { redriveHeader } from '../redrive-header.ts';
import type { KafkaDestination } from './kafka-destination.ts';
import { KafkaLink } from './kafka-link.ts';
import type { KafkaProducerOptions, KafkaRecord, OpenKafkaProducer } from './kafka-producer-port.ts';
import { sliceByBytes } from './slice-by-bytes.ts';

/** From connecting to the last acknowledgement of a batch. */
const SEND_DEADLINE_MS = 15_000;

export function createKafkaTransport(destination: KafkaDestination, open: OpenKafkaProducer, options: KafkaProducerOptions): Transport {
  const link = new KafkaLink(destination, open, options);
  const redact = createRedact(destination.secrets);
  return {
    type: 'kafka',
    async send(batch, callerSignal) {
      const deadline = startDeadline(options.clock, SEND_DEADLINE_MS, callerSignal);
      // now, not the event's time: retention and `message.timestamp.*.max.ms` go by it, and an old event would be deleted or refused at once (K13)
      const timestampMs = options.clock.now();
      const records = batch.messages.map((message) => toRecord(message, destination, timestampMs));
      try {
        const each: Outcome[] = [];
        for (const slice of sliceByBytes(records)) each.push(...(await produceSlice(slice, link, deadline)).map((outcome) => redactOutcome(outcome, redact)));
        const outcome = worstOutcome(each);
        return { outcome, each, evidence: brokerEvidence(destination.target, batch, outcome) } satisfies SendResult;
      } finally {
        deadline.clear();
      }
    },
    close: () => link.close(),
  };
}

function toRecord(message: OutgoingMessage, { key, hookId }: KafkaDestination, timestampMs: number): KafkaRecord {
  const keyText = key === 'profile_id' && message.profileId !== null ? message.profileId : message.routingKey;
  return {
    key: Buffer.from(keyText),
    value: Buffer.from(message.body),
    headers: { 'message-id': message.messageId, 'event-id': message.eventId, 'event-type': message.eventType, 'hookline-hook-id': hookId, ...redriveHeader(message) },
    timestampMs,
  };
}

/** One outcome a record. What the broker refuses is halved until each culprit is alone (K8); the broker's limit holds for a partition's whole part of a request. */
async function produceSlice(records: readonly KafkaRecord[], link: KafkaLink, deadline: Deadline): Promise<Outcome[]> {
  const all = (failure: Failure): Outcome[] => records.map(() => failure);
  if (deadline.signal.aborted) return all(fail('failed', 'broker_unavailable', 'not sent before the deadline'));
  const answers = await Promise.race([link.produce(records), deadline.stopped]);
  if (answers === STOPPED) {
    if (deadline.signal.reason === 'deadline') link.giveUp();
    return all(deadline.signal.reason === 'caller' ? fail('unknown', 'broker_unavailable', 'stopped by us') : fail('unknown', 'timeout', 'the broker did not acknowledge in time'));
  }
  const outcomes = answers.map((answer): Outcome => answer ?? DELIVERED);
  const refused = outcomes.flatMap((outcome, index) => (outcome.kind === 'rejected' ? [index] : []));
  if (records.length === 1 || refused.length === 0) return outcomes;
  const half = Math.ceil(refused.length / 2);
  for (const part of [refused.slice(0, half), refused.slice(half)]) {
    const again = await produceSlice(part.map((index) => records[index] as KafkaRecord), link, deadline);
    for (const [at, index] of part.entries()) outcomes[index] = again[at] as Outcome;
  }
  return outcomes;
}
