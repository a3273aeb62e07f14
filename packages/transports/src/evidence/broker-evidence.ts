import type { Evidence, Outcome, OutgoingBatch } from '@hookline/core';
import { redriveHeader } from '../redrive-header.ts';
import { cutBody } from './redact.ts';

/** Of a batch of single messages: the first one's headers and body stand for all. */
export function brokerEvidence(target: string, batch: OutgoingBatch, outcome: Outcome): Evidence {
  const first = batch.messages[0];
  const request = first === undefined ? { target } : { target, headers: { 'message-id': first.messageId, 'event-id': first.eventId, 'event-type': first.eventType, 'hookline-hook-id': batch.hookId, ...redriveHeader(first) }, body: cutBody(first.body) };
  return outcome.kind === 'delivered' ? { request } : { request, response: { error: outcome.message } };
}
