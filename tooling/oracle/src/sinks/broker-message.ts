import type { OracleEvent } from '../model/make-event.ts';

/** What travels beside the body, as the sink saw it; a key that a kind of broker has not is left out. */
export interface Envelope {
  readonly messageId: string | undefined;
  readonly eventId: string | undefined;
  readonly eventType: string | undefined;
  readonly hookId: string | undefined;
  /** RabbitMQ. */
  readonly contentType?: string | undefined;
  readonly deliveryMode?: number | undefined;
  readonly routingKey?: string;
  /** Kafka. */
  readonly key?: string | undefined;
}

export const routingKeyOf = (event: OracleEvent): string => `${event.databaseId ?? 0}.${event.type}`;

/** `expected`: what api.md section 8 says for this event and hook. */
export function envelopeProblems(envelope: Envelope, expected: Readonly<Partial<Record<keyof Envelope, unknown>>>): string[] {
  const problems = envelope.messageId ? [] : ['it has no message id'];
  for (const [name, value] of Object.entries(expected)) {
    const got = envelope[name as keyof Envelope];
    if (got !== value) problems.push(`${name}: ${String(got)} instead of ${String(value)}`);
  }
  return problems;
}
