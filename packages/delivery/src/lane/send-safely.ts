import type { OutgoingBatch, SendResult } from '@hookline/core';
import type { Lane } from './lane.ts';

/**
 * A transport that throws has a bug: the delivery fails, the lane lives. `kind` is what the batch was made for: the type of a hook may change between making and
 * sending it, and what was made for a broker has no body for HTTP.
 */
export async function sendSafely(lane: Lane, batch: OutgoingBatch, kind: 'http' | 'broker'): Promise<SendResult> {
  const transport = lane.deps.destination(lane.hookId)?.transport();
  const target = transport && 'send' in transport ? transport.type : 'none';
  try {
    if (!transport) return { outcome: { kind: 'failed', code: 'network', message: 'the hook has no destination' }, evidence: { request: { target } } };
    if (!('send' in transport)) return { outcome: transport, evidence: { request: { target }, response: { error: transport.message } } };
    if ((transport.type === 'http') !== (kind === 'http')) return { outcome: { kind: 'failed', code: 'network', message: 'the hook has another type of destination now' }, evidence: { request: { target } } };
    return await transport.send(batch, lane.deps.abort);
  } catch (error: unknown) {
    lane.deps.report('a transport threw', error);
    return { outcome: { kind: 'unknown', code: 'network', message: 'the transport failed unexpectedly' }, evidence: { request: { target } } };
  }
}
