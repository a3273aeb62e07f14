import type { ContentStore } from '../../control/control-store.ts';
import { startSqlThread, threadModule } from '../../control/embedded/sql-thread.ts';
import type { SqlThread } from '../../control/embedded/sql-thread.ts';
import { decodeExactText, encodeExactText } from '../../control/schema/exact-text.ts';
import { createContentCache } from '../content-cache.ts';
import type { ContentAnswers, ContentLimits, ContentRequest } from '../content-protocol.ts';

type ContentThread = SqlThread<ContentRequest, ContentAnswers>;

export interface ClosableContentStore extends ContentStore {
  close(): Promise<void>;
}

/** Content in files under `folder`. The thread starts with the first call: many installations never send content. */
export function createEmbeddedContentStore(folder: string, limits: ContentLimits): ClosableContentStore {
  const cache = createContentCache(limits.retentionMs);
  let opened: Promise<ContentThread> | null = null;

  async function open(): Promise<ContentThread> {
    const thread: ContentThread = startSqlThread({
      module: threadModule('./content-thread', import.meta.url),
      charsOf: (request) => (request.kind === 'put' ? request.json.length : 0),
    });
    try {
      await thread.ask({ kind: 'open', folder, limits });
      return thread;
    } catch (error: unknown) {
      await thread.close().catch(() => {});
      opened = null;
      throw error;
    }
  }
  const thread = (): Promise<ContentThread> => (opened ??= open());

  const store: ClosableContentStore = {
    async put(accountId, ref, json, nowMs) {
      return (await thread()).ask({ kind: 'put', accountId, ref: encodeExactText(ref), json, nowMs });
    },
    async get(accountId, ref, nowMs) {
      return (await store.lookUp(accountId, [ref], nowMs)).get(ref) ?? null;
    },
    lookUp: (accountId, refs, nowMs) =>
      cache.lookUp(accountId, refs, nowMs, async (missing) => {
        const entries = await (await thread()).ask({ kind: 'look_up', accountId, refs: missing.map(encodeExactText), nowMs });
        return entries.map((entry) => ({ ...entry, ref: decodeExactText(entry.ref) }));
      }),
    async cleanUp(nowMs) {
      await (await thread()).ask({ kind: 'clean_up', nowMs });
    },
    async close() {
      await (await opened)?.close();
    },
  };
  return store;
}
