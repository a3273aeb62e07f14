// What processes of one installation say to each other over HTTP: edges to the edge of another shard, edges to relays. They know each other by a key that is kept in the
// control data, so nothing has to be set up, and nobody else can say it.
import type { ControlRecord, EventDraft } from '@hookline/core';
import type { AppendResult, KeyStore } from '@hookline/store';

export const INNER_APPEND = '/inner/append';
export const INNER_CONTROL = '/inner/control';
export const INNER_FIND = '/inner/find';
export const INNER_WAKE = '/inner/wake';

/** `shard`: who is taken for another shard's edge refuses, with 421. */
export interface InnerAppend {
  readonly shard: number;
  readonly events: readonly EventDraft[];
  readonly idempotency: { readonly accountId: number; readonly path: string; readonly key: string; readonly bodyHash: string } | null;
}
export type InnerAppended = AppendResult;
export interface InnerControl {
  readonly shard: number;
  readonly record: ControlRecord;
}
export interface InnerFind {
  readonly shard: number;
  readonly accountId: number;
  readonly eventId: string;
}

/** What stands behind `Bearer`. */
export async function innerToken(keys: Pick<KeyStore, 'getOrCreate'>): Promise<string> {
  return `hli_${Buffer.from(await keys.getOrCreate('inner_key')).toString('base64url')}`;
}
