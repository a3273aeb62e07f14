import { randomUUID } from 'node:crypto';
import type { OutgoingBatch, OutgoingMessage } from '@hookline/core';

/** A batch with these bodies and ids of its own. */
export function sampleBatch(bodies: readonly string[], change: Partial<OutgoingBatch> = {}): OutgoingBatch {
  const deliveryId = `dlv_${randomUUID()}`;
  const messages = bodies.map(
    (body, index): OutgoingMessage => ({
      messageId: `msg_${randomUUID()}`,
      eventId: `evt-${index}`,
      eventType: 'click',
      routingKey: '12.click',
      profileId: `profile-${index % 7}`,
      eventTimeMs: Date.UTC(2025, 4, 6, 7, 8, 9, 123),
      redrive: 0,
      body,
    }),
  );
  return { hookId: 'hok_sample', accountId: 1, deliveryId, attempt: 1, revision: 0, redrive: 0, exportId: null, messages, body: Buffer.from(`[${bodies.join(',')}]`), ...change };
}

/** So many small bodies that differ. */
export const sampleBodies = (count: number): string[] => Array.from({ length: count }, (_, index) => JSON.stringify({ event_type: 'click', number: index }));
