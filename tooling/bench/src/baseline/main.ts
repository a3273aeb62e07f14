// What one would write in an afternoon, and as well as one would in an afternoon: validate by schema, insert by ORM, a row for each delivery, a loop that selects what
// is due, sends it by fetch and updates the rows. Durable like the product: WAL, and synchronous FULL, which is libSQL's default. Settings by environment.
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@libsql/client';
import { and, asc, eq, inArray, lte } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/libsql';
import { z } from 'zod';
import { CREATE_TABLES, deliveries, events } from './baseline-schema.ts';

interface BaselineHook {
  readonly events: readonly string[];
  readonly url: string;
}

const eventSchema = z.looseObject({
  event_id: z.string().min(1).max(128).optional(),
  event_type: z.string().min(1).max(64),
  event_date: z.iso.datetime(),
  list_id: z.int().positive().optional(),
  profile_id: z.string().optional(),
  event_data: z.record(z.string(), z.unknown()),
});

const IDLE_PAUSE_MS = 5;
const RETRY_MS = 15_000;

const hooks = JSON.parse(process.env['BASELINE_HOOKS'] ?? '[]') as readonly BaselineHook[];
const batchSize = Number(process.env['BASELINE_BATCH_SIZE']);
const client = createClient({ url: `file:${path.join(process.env['BASELINE_DATA_DIR'] ?? '.', 'baseline.db')}` });
await client.execute('PRAGMA journal_mode = wal');
for (const statement of CREATE_TABLES) await client.execute(statement);
const store = drizzle(client);
let lastEventId = 0;

async function ingest(request: IncomingMessage): Promise<{ status: number; body: object }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString());
  const bodies = z.array(eventSchema).safeParse(Array.isArray(parsed) ? parsed : [parsed]);
  if (!bodies.success) return { status: 422, body: z.treeifyError(bodies.error) };
  const rows = bodies.data.map((body) => ({ id: ++lastEventId, eventType: body.event_type, body }));
  const due = rows.flatMap((row) => hooks.flatMap((hook, hookId) => (hook.events.includes(row.eventType) ? [{ eventId: row.id, hookId, state: 'pending' as const, attempts: 0, nextAt: Date.now() }] : [])));
  await store.batch([store.insert(events).values(rows), ...(due.length > 0 ? [store.insert(deliveries).values(due)] : [])]);
  return { status: 202, body: { accepted: rows.length } };
}

/** One batch of one hook; false = nothing was due. */
async function deliver({ url }: BaselineHook, hookId: number): Promise<boolean> {
  const due = await store
    .select({ id: deliveries.id, attempts: deliveries.attempts, body: events.body })
    .from(deliveries)
    .innerJoin(events, eq(events.id, deliveries.eventId))
    .where(and(eq(deliveries.hookId, hookId), eq(deliveries.state, 'pending'), lte(deliveries.nextAt, Date.now())))
    .orderBy(asc(deliveries.id))
    .limit(batchSize);
  const [first] = due;
  if (!first) return false;
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(due.map((row) => row.body)) }).catch(() => null);
  await answer?.arrayBuffer();
  const ids = due.map((row) => row.id);
  const attempts = first.attempts + 1;
  await store.update(deliveries).set(answer?.ok ? { state: 'delivered', attempts } : { attempts, nextAt: Date.now() + RETRY_MS }).where(inArray(deliveries.id, ids));
  return true;
}

async function work(): Promise<never> {
  for (;;) {
    let busy = false;
    for (const [hookId, hook] of hooks.entries()) busy = (await deliver(hook, hookId)) || busy;
    if (!busy) await pause(IDLE_PAUSE_MS);
  }
}

const server = createServer((request, response) => {
  ingest(request).then(
    ({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`));
await work();
