// Content never changes once it is written, so what was read stays true until it expires. What was not there is not kept: it may come at any moment.

import { LRUCache } from 'lru-cache';
import { isLive } from './bucket.ts';
import type { ContentEntry } from './content-protocol.ts';

const CACHED_BYTES_MAX = 16 * 1024 * 1024;

export interface ContentCache {
  /** From memory what is there; the rest by one call of `read`. */
  lookUp(
    accountId: number,
    refs: readonly string[],
    nowMs: number,
    read: (missing: readonly string[]) => Promise<readonly ContentEntry[]>,
  ): Promise<Map<string, string>>;
}

export function createContentCache(retentionMs: number): ContentCache {
  const cache = new LRUCache<string, ContentEntry>({ maxSize: CACHED_BYTES_MAX, sizeCalculation: ({ ref, json }) => 100 + 2 * (ref.length + json.length) });
  return {
    async lookUp(accountId, refs, nowMs, read) {
      const found = new Map<string, string>();
      const missing: string[] = [];
      for (const ref of new Set(refs)) {
        const entry = cache.get(`${accountId}/${ref}`);
        if (entry !== undefined && isLive(entry.putAt, nowMs, retentionMs)) found.set(ref, entry.json);
        else missing.push(ref);
      }
      if (missing.length === 0) return found;
      for (const entry of await read(missing)) {
        cache.set(`${accountId}/${entry.ref}`, entry);
        found.set(entry.ref, entry.json);
      }
      return found;
    },
  };
}
