import { LIMITS, parseItemsStrict, type ScanLimits, type StrictItem } from '@hookline/core';
import { EDGE_LIMITS } from '../limits.ts';
import type { ByteBudget } from './byte-budget.ts';
import { decodeContent, parseContentEncoding } from './decode-content.ts';
import type { BodyFormat } from './media-type.ts';
import { readBody } from './read-body.ts';
import { isRefusal, refuseProblems, type Refusal } from './refusal.ts';

export interface ItemsRead {
  readonly items: readonly StrictItem[];
  readonly release: () => void;
}

/** A bulk body that is read whole: its items, each with its own problems, or why all of it is refused. */
export async function readItems(budget: ByteBudget, headers: Headers, stream: { readonly format: BodyFormat; readonly body: ReadableStream<Uint8Array> | null }, limits: Partial<ScanLimits> = {}): Promise<ItemsRead | Refusal> {
  const encoding = parseContentEncoding(headers.get('content-encoding'));
  if (isRefusal(encoding)) return encoding;
  const read = await readBody(stream.body, headers.get('content-length'), { bytesMax: LIMITS.bodyBytesMax, timeoutMs: EDGE_LIMITS.bodyTimeoutMs, budget });
  if (isRefusal(read)) return read;
  const failed = (refusal: Refusal): Refusal => {
    read.release();
    return refusal;
  };
  const bytes = await decodeContent(read.bytes, encoding, LIMITS.bodyBytesMax);
  if (isRefusal(bytes)) return failed(bytes);
  const parsed = parseItemsStrict(bytes, stream.format, LIMITS.batchEventsMax, limits);
  return parsed.ok ? { items: parsed.value.items, release: read.release } : failed(refuseProblems(parsed.status, parsed.problems));
}
