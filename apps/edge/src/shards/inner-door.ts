import { createHash, timingSafeEqual } from 'node:crypto';
import { HooklineError, isHooklineError } from '@hookline/core';
import type { EventLog } from '@hookline/store';
import type { Context, Hono } from 'hono';
import { INNER_APPEND, INNER_CONTROL, INNER_FIND, type InnerAppend, type InnerAppended, type InnerControl, type InnerFind } from './inner-protocol.ts';
import { printKept } from './kept-items.ts';

// What the edge of a shard does for the edges of others. It is asked by processes that have judged everything already, so nothing is judged again.

export interface InnerDoor {
  /** The shard that this process appends to. */
  readonly log: Pick<EventLog, 'shard' | 'append' | 'appendControl' | 'findEvent'>;
  readonly token: string;
}

/** An array of a thousand events with all their members, and as much again for escapes. */
const BODY_BYTES_MAX = 24 * 1024 * 1024;
const STATUS_OF_CODE: Readonly<Record<string, 421 | 429 | 507>> = { config_invalid: 421, overloaded: 429, storage_full: 507 };
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export function registerInnerDoor(app: Hono, { log, token }: InnerDoor): void {
  const expected = digest(`Bearer ${token}`);
  const serve = <B extends { readonly shard: number }>(path: string, handle: (body: B) => Promise<object>): void => {
    app.post(path, async (context: Context) => {
      if (!timingSafeEqual(digest(context.req.header('authorization') ?? ''), expected)) return context.body(null, 401);
      if (!(Number(context.req.header('content-length')) <= BODY_BYTES_MAX)) return context.body(null, 413);
      const body = await context.req.json<B>();
      try {
        if (body.shard !== log.shard) throw new HooklineError('config_invalid', `this edge appends to shard ${log.shard}`);
        return context.json(await handle(body));
      } catch (error: unknown) {
        if (!isHooklineError(error)) throw error;
        return context.body(null, STATUS_OF_CODE[error.code] ?? 503, { 'retry-after': '1' });
      }
    });
  };
  serve<InnerAppend>(INNER_APPEND, ({ events, idempotency }): Promise<InnerAppended> => log.append(idempotency === null ? { events } : { events, idempotency: { ...idempotency, answer: printKept } }));
  serve<InnerControl>(INNER_CONTROL, async ({ record }) => ({ position: await log.appendControl(record) }));
  serve<InnerFind>(INNER_FIND, async ({ accountId, eventId }) => ({ position: (await log.findEvent(accountId, eventId))?.position ?? null }));
}
