import { LIMITS, type Parsed, parseWithSchema } from '@hookline/core';
import { CATALOG_KINDS, type CatalogEntry, type CatalogInput, type CatalogKind } from '@hookline/store';
import { z } from 'zod';
import { readItems } from '../http/read-items.ts';
import { isRefusal, type Refusal } from '../http/refusal.ts';
import { defineRoute, type Route } from '../route/route.ts';
import { noQuery, pageOf, pageQuery, platformId, platformIdParam, readOnly, stamps } from '../schemas/common-schemas.ts';
import { answerNothing, answerObject, answerPage, notFound, printStamps, versionConflict } from './answers.ts';
import { accountProblem, bulkAnswerSchema, createBulkAnswer, pushTo } from './bulk-answer.ts';
import type { RouteContext } from './route-context.ts';

const NAME_BYTES_MAX = LIMITS.catalogNameBytesMax;
const nameText = z.string().refine((text) => Buffer.byteLength(text) <= NAME_BYTES_MAX, `must be at most ${NAME_BYTES_MAX} bytes`);
const kindSchema = z.enum(CATALOG_KINDS);

const fields = { name: nameText, subid: nameText.nullable().optional(), subject: nameText.nullable().optional(), database_id: platformId.nullable().optional() };
const entryInput = z.strictObject({ ...fields, kind: z.unknown().optional(), id: z.unknown().optional(), ...readOnly });
const bulkItem = z.strictObject({ kind: kindSchema, id: platformId, ...fields, account_id: z.unknown().optional(), ...readOnly });
export const entrySchema = z.object({ kind: kindSchema, id: z.int(), name: z.string(), subid: z.string().nullable(), subject: z.string().nullable(), database_id: z.int().nullable(), ...stamps }).meta({ id: 'CatalogEntry' });
const params = z.object({ kind: kindSchema, id: platformIdParam });

const printEntry = (entry: CatalogEntry): z.infer<typeof entrySchema> => ({
  kind: entry.kind, id: entry.id, name: entry.name, subid: entry.subid, subject: entry.subject, database_id: entry.databaseId, ...printStamps(entry),
});
const inputOf = (kind: CatalogKind, id: number, body: Omit<z.infer<typeof bulkItem>, 'kind' | 'id'>): CatalogInput => ({
  kind, id, name: body.name, subid: body.subid ?? null, subject: body.subject ?? null, databaseId: body.database_id ?? null,
});

/** The platform's names for its own numbers: they feed `{{campaign_name}}` and the others, and pickers. */
export function catalogRoutes(context: RouteContext): readonly Route[] {
  const { catalog } = context.control;
  const current = (accountId: number, kind: CatalogKind, id: number): Promise<CatalogEntry | null> => catalog.get(accountId, kind, id);
  return [
    defineRoute({
      id: 'putCatalogEntry', method: 'put', path: '/v1/catalog/{kind}/{id}', tag: 'Catalog', summary: 'Name one of the platform\'s objects', access: { kind: 'account', scope: 'catalog:write' },
      params, query: noQuery, body: { kind: 'json', schema: entryInput, accountInBody: true },
      answers: { 200: { description: 'Changed.', schema: entrySchema }, 201: { description: 'Made.', schema: entrySchema } },
      handle: ({ accountId, params: { kind, id }, body, expectedVersion }) => context.lock.run(`catalog/${accountId}/${kind}/${id}`, async () => {
        if (expectedVersion !== null && (await current(accountId, kind, id))?.version !== expectedVersion) return versionConflict();
        const [entry] = await catalog.put(accountId, [inputOf(kind, id, body)], context.clock.now());
        return entry === undefined ? notFound() : answerObject(entry.version === 1 ? 201 : 200, printEntry(entry));
      }),
    }),
    defineRoute({
      id: 'getCatalogEntry', method: 'get', path: '/v1/catalog/{kind}/{id}', tag: 'Catalog', summary: 'Read a name', access: { kind: 'account', scope: 'names:read' },
      params, query: noQuery, body: { kind: 'none' }, answers: { 200: { description: 'The entry.', schema: entrySchema } },
      async handle({ accountId, params: { kind, id } }) {
        const entry = await current(accountId, kind, id);
        return entry === null ? notFound() : answerObject(200, printEntry(entry));
      },
    }),
    defineRoute({
      id: 'deleteCatalogEntry', method: 'delete', path: '/v1/catalog/{kind}/{id}', tag: 'Catalog', summary: 'Forget a name', access: { kind: 'account', scope: 'catalog:write' },
      params, query: noQuery, body: { kind: 'none' }, answers: { 204: { description: 'Forgotten.' } },
      handle: ({ accountId, params: { kind, id }, expectedVersion }) => context.lock.run(`catalog/${accountId}/${kind}/${id}`, async () => {
        const entry = await current(accountId, kind, id);
        if (entry === null) return notFound();
        if (expectedVersion !== null && entry.version !== expectedVersion) return versionConflict();
        return (await catalog.delete(accountId, kind, id)) ? answerNothing : notFound();
      }),
    }),
    defineRoute({
      id: 'listCatalog', method: 'get', path: '/v1/catalog/{kind}', tag: 'Catalog', summary: 'List the names of one kind', access: { kind: 'account', scope: 'names:read' },
      params: z.object({ kind: kindSchema }), query: pageQuery, body: { kind: 'none' }, answers: { 200: { description: 'By id.', schema: pageOf(entrySchema) } },
      handle: ({ accountId, params: { kind }, query }) => answerPage(context.cursors, { accountId, list: `catalog/${kind}` }, query, (page) => catalog.list(accountId, kind, page), printEntry),
    }),
    defineRoute({
      id: 'putCatalog', method: 'post', path: '/v1/catalog', tag: 'Catalog', summary: 'Name many objects, as an array or as NDJSON', access: { kind: 'account', scope: 'catalog:write' },
      params: z.object({}), query: noQuery, body: { kind: 'stream', formats: ['json', 'ndjson'], schema: z.union([bulkItem, z.array(bulkItem).min(1).max(LIMITS.batchEventsMax)]) },
      answers: { 200: { description: 'What became of each.', schema: bulkAnswerSchema } },
      async handle({ accountOf, headers, stream }) {
        const read = await readItems(context.budget, headers, stream);
        if (isRefusal(read)) return read;
        try {
          const answer = createBulkAnswer();
          const byAccount = new Map<number, CatalogInput[]>();
          for (const item of read.items) {
            const parsed = item.result.ok ? parseBulkItem(accountOf, item.result.value, item.path) : item.result;
            if (parsed.ok) pushTo(byAccount, parsed.value.accountId, parsed.value.entry);
            else answer.reject(item.index, parsed.problems);
          }
          for (const [accountId, entries] of byAccount) {
            await catalog.put(accountId, entries, context.clock.now());
            answer.accept(entries.length);
          }
          return { status: 200, body: answer.finish() };
        } finally {
          read.release();
        }
      },
    }),
  ];
}

function parseBulkItem(accountOf: (named: unknown) => number | Refusal, value: unknown, path: string): Parsed<{ readonly accountId: number; readonly entry: CatalogInput }> {
  const parsed = parseWithSchema(bulkItem, value, path);
  if (!parsed.ok) return parsed;
  const { kind, id, account_id: named } = parsed.value;
  const accountId = accountOf(named);
  if (isRefusal(accountId)) return { ok: false, status: accountId.status, problems: [accountProblem(accountId, path)] };
  return { ok: true, value: { accountId, entry: inputOf(kind, id, parsed.value) } };
}
