import type { Failure, Outcome, OutgoingMessage, SendResult, Transport } from '@hookline/core';
import { type Deadline, STOPPED, startDeadline } from '../deadline.ts';
import { brokerEvidence } from '../evidence/broker-evidence.ts';
import { createRedact, redactOutcome } from '../evidence/redact.ts';
import { errorText, fail, worstOutcome } from '../failure.ts';
import type { AmqpConnection } from './amqp-connection.ts';
import type { AmqpDestination } from './amqp-destination.ts';
import { AmqpLink, type AmqpLinkOptions } from './amqp-link.ts';
import { isolateRefused, isRefusedAsTooLarge } from './isolate-refused.ts';
import { publishWindow } from './publish-window.ts';

/** From connecting to the last confirm of a batch. */
const SEND_DEADLINE_MS = 15_000;

export function createAmqpTransport(destination: AmqpDestination, options: AmqpLinkOptions): Transport {
  const link = new AmqpLink(destination, options);
  const redact = createRedact(destination.secrets);
  return {
    type: destination.request.type,
    async send(batch, callerSignal) {
      const deadline = startDeadline(options.clock, SEND_DEADLINE_MS, callerSignal);
      try {
        const outcomes = await sendMessages(batch.messages, { destination, link, deadline });
        const each = outcomes.map((outcome) => redactOutcome(outcome, redact));
        const outcome = worstOutcome(each);
        return { outcome, each, evidence: brokerEvidence(destination.target, batch, outcome) } satisfies SendResult;
      } finally {
        deadline.clear();
      }
    },
    close: () => link.close(),
  };
}

interface SendContext {
  readonly destination: AmqpDestination;
  readonly link: AmqpLink;
  readonly deadline: Deadline;
}

async function sendMessages(messages: readonly OutgoingMessage[], { destination, link, deadline }: SendContext): Promise<Outcome[]> {
  const all = (failure: Failure): Outcome[] => messages.map(() => failure);
  const connection = await Promise.race([link.connection(), deadline.stopped]);
  if (connection === STOPPED) return all(fail('failed', 'broker_unavailable', 'no connection in time'));
  if ('kind' in connection) return all(connection);
  const channel = await Promise.race([connection.channel(), deadline.stopped]);
  if (channel === STOPPED) {
    if (deadline.signal.reason === 'deadline') connection.destroy();
    return all(fail('failed', 'broker_unavailable', 'the broker opened no channel in time'));
  }
  if ('kind' in channel) return all(channel);
  const window = { connection, deadline, requireRoute: destination.requireRoute };
  const answersBefore = channel.answerCount;
  const outcomes = await publishWindow(messages, { ...window, channel });
  // nothing at all came back: half-open, or frozen. The next send starts afresh. A broker with an alarm is there and keeps its connection.
  if (deadline.signal.reason === 'deadline' && channel.answerCount === answersBefore && !connection.blocked) connection.destroy();
  const refused = outcomes.flatMap((outcome, index) => (isRefusedAsTooLarge(outcome) ? [index] : []));
  if (refused.length > 0) {
    const isolated = await isolateRefused(refused.map((index) => messages[index] as OutgoingMessage), window);
    for (const [at, index] of refused.entries()) outcomes[index] = isolated[at] as Outcome;
  }
  return destination.request.type === 'rabbitmq_queue' ? verifyQueue(outcomes, connection, { link, deadline, queue: destination.request.queue }) : outcomes;
}

/** R8: a queue that is deleted while it is published to still gets confirms. What it confirmed counts only if it is still there afterwards. */
async function verifyQueue(outcomes: Outcome[], connection: AmqpConnection, { link, deadline, queue }: { readonly link: AmqpLink; readonly deadline: Deadline; readonly queue: string }): Promise<Outcome[]> {
  if (!outcomes.some((outcome) => outcome.kind === 'delivered')) return outcomes;
  const replaceDelivered = (failure: Failure): Outcome[] => outcomes.map((outcome) => (outcome.kind === 'delivered' ? failure : outcome));
  try {
    const there = await Promise.race([link.isQueueThere(connection, queue), deadline.stopped]);
    if (there === true) return outcomes;
    if (there === false) return replaceDelivered(fail('failed', 'destination_missing', `the queue ${queue} is not there any more`));
    return replaceDelivered(fail('unknown', 'broker_unavailable', 'confirmed, but the broker did not say in time whether the queue is still there'));
  } catch (error: unknown) {
    return replaceDelivered(fail('unknown', 'broker_unavailable', `confirmed, but the queue could not be looked at: ${errorText(error)}`));
  }
}
