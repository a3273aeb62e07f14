import type { EventLog } from '@hookline/store';
import { INNER_WAKE } from './inner-protocol.ts';

/** A relay that does not answer looks for itself within a second. */
const DEADLINE_MS = 2_000;

/** Tells relays that a shard has grown: each of them one call at a time, and one more where it grew meanwhile. The answer stops it. */
export function wakeRelays({ log, urls, token, fetch }: { readonly log: Pick<EventLog, 'shard' | 'onAppend'>; readonly urls: readonly string[]; readonly token: string; readonly fetch: typeof globalThis.fetch }): () => void {
  const wakers = urls.map((url) => createWaker(async () => {
    const answer = await fetch(`${url}${INNER_WAKE}?shard=${log.shard}`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(DEADLINE_MS) });
    await answer.arrayBuffer();
  }));
  return urls.length === 0 ? () => {} : log.onAppend(() => {
    for (const wake of wakers) wake();
  });
}

function createWaker(call: () => Promise<void>): () => void {
  let calling = false;
  let again = false;
  const wake = (): void => {
    again = calling;
    if (calling) return;
    calling = true;
    call()
      .catch(() => undefined)
      .then(() => {
        calling = false;
        if (again) wake();
      });
  };
  return wake;
}
