import type { Edge } from '@hookline/edge';
import { DEMO_ACCOUNT } from './demo-world.ts';

/** Puts a JSON array of events in the way the API does, past its door only: the demo's page has no token. Resolves with how many were accepted. */
export async function sendAsDemo(edge: Edge, nowMs: number, events: string): Promise<number> {
  const token = { id: 'tok_demo', accountId: DEMO_ACCOUNT, name: 'demo', scopes: ['events:write'], master: false, expiresAt: null, userId: null, version: 1, createdAt: nowMs, updatedAt: nowMs };
  const answer = await edge.ingest.finish({ token, headerAccountId: null, format: 'json', encoding: null, idempotencyKey: null, verbose: false }, new TextEncoder().encode(events));
  return 'text' in answer ? (JSON.parse(answer.text) as { accepted: number }).accepted : 0;
}
