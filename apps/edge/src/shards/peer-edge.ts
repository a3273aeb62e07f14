import { HooklineError, type HooklineErrorCode } from '@hookline/core';
import type { Appender, AppendRequest, AppendResult } from '@hookline/store';
import { INNER_APPEND, INNER_CONTROL, INNER_FIND, type InnerAppend, type InnerAppended, type InnerControl, type InnerFind } from './inner-protocol.ts';

/** Beyond it the outcome is not known; asking again with the same ids is safe. */
const DEADLINE_MS = 10_000;
const CODE_OF_STATUS: Readonly<Record<number, HooklineErrorCode>> = { 421: 'config_invalid', 429: 'overloaded', 507: 'storage_full' };

export interface PeerEdgeOptions {
  readonly shard: number;
  /** Origin of the edge that appends to the shard. */
  readonly url: string;
  readonly token: string;
  readonly fetch: typeof globalThis.fetch;
}

/** The appender of another shard: the edge that owns it. While that is away everything is refused with `store_unavailable`. */
export function createPeerEdge({ shard, url, token, fetch }: PeerEdgeOptions): Appender {
  async function call<T>(path: string, body: InnerAppend | InnerControl | InnerFind): Promise<T> {
    let answer: Response;
    try {
      answer = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, signal: AbortSignal.timeout(DEADLINE_MS) });
      if (answer.ok) return (await answer.json()) as T;
      await answer.body?.cancel();
    } catch (error: unknown) {
      throw new HooklineError('store_unavailable', `the edge of shard ${shard} does not answer`, error);
    }
    throw new HooklineError(CODE_OF_STATUS[answer.status] ?? 'store_unavailable', `the edge of shard ${shard} answered ${answer.status}`);
  }

  return {
    async append({ events, idempotency }: AppendRequest): Promise<AppendResult> {
      const { accountId, path, key, bodyHash } = idempotency ?? { accountId: 0, path: '', key: '', bodyHash: '' };
      return call<InnerAppended>(INNER_APPEND, { shard, events, idempotency: idempotency ? { accountId, path, key, bodyHash } : null });
    },
    appendControl: async (record) => (await call<{ readonly position: number }>(INNER_CONTROL, { shard, record })).position,
    positionOf: async (accountId, eventId) => (await call<{ readonly position: number | null }>(INNER_FIND, { shard, accountId, eventId })).position,
  };
}

