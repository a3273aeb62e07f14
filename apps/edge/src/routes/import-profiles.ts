import { jsonMembers, LIMITS, parseItemsStrict, parseWithSchema, type Problem, type StrictItem } from '@hookline/core';
import type { Profile } from '@hookline/store';
import { z } from 'zod';
import { decodeStream, parseContentEncoding } from '../http/decode-content.ts';
import { giveWay } from '../http/give-way.ts';
import { bodyTimedOut } from '../http/read-body.ts';
import { readItems } from '../http/read-items.ts';
import { readChunks, readStretches, StreamTooSlow } from '../http/read-stretches.ts';
import { isRefusal, refuse, refuseProblems, type Refusal } from '../http/refusal.ts';
import { EDGE_LIMITS } from '../limits.ts';
import type { Call } from '../route/route.ts';
import { accountProblem, createBulkAnswer, pushTo, type BulkAnswer } from './bulk-answer.ts';
import type { RouteContext } from './route-context.ts';

// Profiles in bulk. An array is read whole, like events. NDJSON has no end: it is stored stretch by stretch as it comes, so an answer that is never given
// (the client went away) does not mean that nothing was stored.

export const profileIdSchema = z.string().min(1).max(LIMITS.profileIdCharsMax).refine((text) => !/[\u0000-\u001f\u007f]/.test(text), 'must not hold control characters');
export const profileItemSchema = z.strictObject({ profile_id: profileIdSchema, fields: z.record(z.string(), z.unknown()), account_id: z.unknown().optional() });

/** What one profile may be: its envelope is small, its fields have a limit of their own. */
const ITEM_LIMITS = { itemBytesMax: EDGE_LIMITS.streamedLineBytesMax, tooLargeCode: 'profile_too_large' };

type ImportCall = Pick<Call<{ database_id: number }, unknown, unknown>, 'accountOf' | 'params' | 'headers' | 'stream'>;

export async function importProfiles(context: RouteContext, call: ImportCall): Promise<BulkAnswer | Refusal> {
  const encoding = parseContentEncoding(call.headers.get('content-encoding'));
  if (isRefusal(encoding)) return encoding;
  const answer = createBulkAnswer();
  const store = (items: readonly StrictItem[], firstLine: number): Promise<void> => storeProfiles(context, call, items, firstLine, answer);

  if (call.stream.format === 'json') {
    const read = await readItems(context.budget, call.headers, call.stream, ITEM_LIMITS);
    if (isRefusal(read)) return read;
    try {
      await store(read.items, 0);
      return answer.finish();
    } finally {
      read.release();
    }
  }

  if (call.stream.body === null) return refuse(400, 'json_invalid', 'The body is empty.');
  try {
    const chunks = decodeStream(readChunks(call.stream.body, { idleTimeoutMs: EDGE_LIMITS.streamIdleTimeoutMs, timeoutMs: EDGE_LIMITS.streamTimeoutMs, monotonic: context.clock.monotonic }), encoding);
    const limits = {
      get stretchBytesMax() {
        return context.isTakingEvents() ? EDGE_LIMITS.streamedStretchBesideEventsBytesMax : EDGE_LIMITS.streamedStretchBytesMax;
      },
      lineBytesMax: EDGE_LIMITS.streamedLineBytesMax,
    };
    for await (const stretch of readStretches(chunks, limits)) {
      if (stretch.kind === 'line_too_long') {
        answer.reject(stretch.firstLine, [{ path: `/${stretch.firstLine}`, code: 'profile_too_large', message: `A line has more than ${EDGE_LIMITS.streamedLineBytesMax} bytes.` }]);
        continue;
      }
      const startedAt = context.clock.monotonic();
      const parsed = parseItemsStrict(stretch.bytes, 'ndjson', Number.POSITIVE_INFINITY, ITEM_LIMITS);
      if (parsed.ok) await store(parsed.value.items, stretch.firstLine);
      else if (parsed.problems[0]?.code !== 'batch_empty') return refuseProblems(parsed.status, parsed.problems);
      await giveWay(context.clock, { workedMs: context.clock.monotonic() - startedAt, isTakingEvents: context.isTakingEvents() });
    }
  } catch (error: unknown) {
    if (error instanceof StreamTooSlow) return bodyTimedOut();
    if (typeof error === 'object' && error !== null && String((error as { code?: unknown }).code).startsWith('Z_')) return refuse(400, 'encoding_invalid', `The body is not valid ${encoding}.`);
    throw error;
  }
  return answer.isEmpty() ? refuse(400, 'batch_empty', 'The body holds nothing.') : answer.finish();
}

async function storeProfiles(context: RouteContext, call: ImportCall, items: readonly StrictItem[], firstLine: number, answer: ReturnType<typeof createBulkAnswer>): Promise<void> {
  const byAccount = new Map<number, Profile[]>();
  for (const item of items) {
    const index = firstLine + item.index;
    const parsed = parseItem(call, item);
    if ('problems' in parsed) answer.reject(index, parsed.problems.map((problem) => ({ ...problem, path: `/${index}${problem.path.slice(item.path.length)}` })));
    else pushTo(byAccount, parsed.accountId, parsed.profile);
  }
  for (const [accountId, profiles] of byAccount) {
    await context.control.profiles.put(accountId, profiles, context.clock.now());
    answer.accept(profiles.length);
  }
}

function parseItem(call: ImportCall, item: StrictItem): { readonly accountId: number; readonly profile: Profile } | { readonly problems: readonly Problem[] } {
  if (!item.result.ok) return item.result;
  const parsed = parseWithSchema(profileItemSchema, item.result.value, item.path);
  if (!parsed.ok) return parsed;
  const accountId = call.accountOf(parsed.value.account_id);
  if (isRefusal(accountId)) return { problems: [accountProblem(accountId, item.path)] };
  const fields = rawFields(item.text);
  const tooLarge = fieldsProblem(fields, item.path);
  return tooLarge === null ? { accountId, profile: { databaseId: call.params.database_id, profileId: parsed.value.profile_id, fields } } : { problems: [tooLarge] };
}

/** The text of the member `fields`, as it came. */
export function rawFields(text: string): string {
  const member = jsonMembers(text).find(({ key }) => key === 'fields');
  return member === undefined ? '{}' : text.slice(member.valueStart, member.valueEnd);
}

export function fieldsProblem(fields: string, path: string): Problem | null {
  if (Buffer.byteLength(fields) <= LIMITS.profileBytesMax) return null;
  return { path: `${path}/fields`, code: 'profile_too_large', message: `A profile has at most ${LIMITS.profileBytesMax} bytes.` };
}
