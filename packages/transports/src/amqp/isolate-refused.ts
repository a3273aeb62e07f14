import type { Outcome, OutgoingMessage } from '@hookline/core';
import { STOPPED } from '../deadline.ts';
import { errorText, fail } from '../failure.ts';
import { publishWindow, type PublishWindow } from './publish-window.ts';

/** A message above the broker's limit closes the channel and takes every message in flight with it: this is how it looks from here. */
export const isRefusedAsTooLarge = (outcome: Outcome): boolean => outcome.kind !== 'delivered' && outcome.code === 'payload_too_large';

/**
 * Finds the messages that are too large by halving, on channels of its own, and delivers the others; one outcome a message, in order. What the deadline leaves
 * undecided is not blamed. Some of them are published a second time: the broker had taken them, and the channel ended before it could say so.
 */
export async function isolateRefused(messages: readonly OutgoingMessage[], window: Omit<PublishWindow, 'channel'>): Promise<Outcome[]> {
  const channel = await Promise.race([window.connection.openChannel(), window.deadline.stopped]).catch((error: unknown) => fail('unknown', 'broker_unavailable', errorText(error)));
  if (channel === STOPPED) return messages.map(() => fail('unknown', 'broker_unavailable', 'the channel ended because of another message'));
  if ('kind' in channel) return messages.map(() => channel);
  const outcomes = await publishWindow(messages, { ...window, channel });
  const refused = outcomes.flatMap((outcome, index) => (isRefusedAsTooLarge(outcome) ? [index] : []));
  if (refused.length === 0) {
    channel.release();
    return outcomes;
  }
  const [only] = refused;
  if (messages.length === 1 && only !== undefined) return [fail('rejected', 'payload_too_large', channel.closed?.message ?? 'the message is larger than the broker takes')];
  const half = Math.ceil(refused.length / 2);
  for (const part of [refused.slice(0, half), refused.slice(half)]) {
    if (part.length === 0) continue;
    const again = await isolateRefused(part.map((index) => messages[index] as OutgoingMessage), window);
    for (const [at, index] of part.entries()) outcomes[index] = again[at] ?? fail('unknown', 'broker_unavailable', 'not answered for');
  }
  return outcomes;
}
