import type { Failure, Outcome, OutgoingMessage } from '@hookline/core';
import { type Deadline, STOPPED } from '../deadline.ts';
import { DELIVERED, fail } from '../failure.ts';
import type { AmqpConnection } from './amqp-connection.ts';
import type { PublishAnswer, PublishChannel } from './publish-channel.ts';

export interface PublishWindow {
  readonly connection: AmqpConnection;
  readonly channel: PublishChannel;
  readonly deadline: Deadline;
  readonly requireRoute: boolean;
}

/**
 * Publishes all messages without waiting in between and settles when the broker has answered for each, or at the deadline; one outcome a message, in order. Several
 * windows may run on one channel at a time. The broker's alarm and a full buffer are waited for before the next message, not after it.
 */
export async function publishWindow(messages: readonly OutgoingMessage[], { connection, channel, deadline, requireRoute }: PublishWindow): Promise<Outcome[]> {
  const outcomes: (Outcome | undefined)[] = messages.map(() => undefined);
  const allAnswered = Promise.withResolvers<void>();
  let sentCount = 0;
  let answeredCount = 0;
  const settle = (index: number, answer: PublishAnswer): void => {
    outcomes[index] = outcomeOf(answer, channel, requireRoute);
    answeredCount += 1;
    if (answeredCount === messages.length) allAnswered.resolve();
  };
  for (const [index, message] of messages.entries()) {
    if (connection.blocked && (await Promise.race([connection.unblocked(), deadline.stopped])) === STOPPED) break;
    if (deadline.signal.aborted) break;
    const hasRoom = channel.publish(message, (answer) => settle(index, answer));
    sentCount += 1;
    if (!hasRoom && (await Promise.race([channel.drained(), channel.ended, deadline.stopped])) === STOPPED) break;
  }
  if (sentCount === messages.length && answeredCount < sentCount) await Promise.race([allAnswered.promise, deadline.stopped]);
  return outcomes.map((outcome, index) => outcome ?? unanswered(index < sentCount, connection.blocked, deadline));
}

function outcomeOf(answer: PublishAnswer, channel: PublishChannel, requireRoute: boolean): Outcome {
  switch (answer) {
    case 'acked':
      return DELIVERED;
    case 'returned':
      return requireRoute ? fail('failed', 'unroutable', 'no queue takes this message') : DELIVERED;
    case 'nacked':
      return fail('failed', 'nacked', 'the broker did not take the message');
    case 'closed':
      return channel.closed ?? fail('unknown', 'broker_unavailable', 'the connection to the broker ended');
    case 'not_sent':
      return fail('failed', 'broker_unavailable', 'the connection to the broker ended before this was sent');
  }
}

function unanswered(sent: boolean, blocked: boolean, deadline: Deadline): Failure {
  if (deadline.signal.reason === 'caller') return fail(sent ? 'unknown' : 'failed', 'broker_unavailable', 'stopped by us');
  if (blocked) return fail(sent ? 'unknown' : 'failed', 'broker_unavailable', 'the broker takes no messages: it is blocked by an alarm');
  return sent ? fail('unknown', 'timeout', 'the broker did not confirm in time') : fail('failed', 'broker_unavailable', 'the broker took no more messages in time');
}
