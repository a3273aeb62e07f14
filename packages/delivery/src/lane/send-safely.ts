import type { OutgoingBatch, SendResult } from '@hookline/core';
import type { Lane } from './lane.ts';

/** A transport that throws has a bug: the delivery fails, the lane lives. */
export async function sendSafely(lane: Lane, batch: OutgoingBatch): Promise<SendResult> {
  const transport = lane.deps.destination(lane.hookId)?.transport();
  const target = transport && 'send' in transport ? transport.type : 'none';
  try {
    if (!transport) return { outcome: { kind: 'failed', code: 'network', message: 'the hook has no destination' }, evidence: { request: { target } } };
    if (!('send' in transport)) return { outcome: transport, evidence: { request: { target }, response: { error: transport.message } } };
    return await transport.send(batch, lane.deps.abort);
  } catch (error: unknown) {
    lane.deps.report('a transport threw', error);
    return { outcome: { kind: 'unknown', code: 'network', message: 'the transport failed unexpectedly' }, evidence: { request: { target } } };
  }
}
