import { randomBytes } from 'node:crypto';
import { LIMITS, parseHost, type Problem } from '@hookline/core';
import type { Actor, Pixel } from '@hookline/store';
import { z } from 'zod';
import { defineRoute, type Route } from '../route/route.ts';
import { answerNothing, answerObject, answerPage, notFound, printStamps, versionConflict } from '../routes/answers.ts';
import type { RouteContext } from '../routes/route-context.ts';
import type { PixelDirectory } from './pixel-directory.ts';
import { noQuery, pageOf, pageQuery, platformId, platformIdParam, problemSchema, readOnly, stamps } from '../schemas/common-schemas.ts';

/** 144 bits: no sid is found by trying. */
const SID_BYTES = 18;
const NAME_BYTES_MAX = LIMITS.catalogNameBytesMax;

const domainSchema = z.string().transform((text, context) => {
  const host = parseHost(text);
  if (host !== null) return host.text;
  context.addIssue({ code: 'custom', message: 'must be a host name, without scheme, port and path' });
  return z.NEVER;
});
const pixelInput = z.strictObject({
  name: z.string().refine((text) => Buffer.byteLength(text) <= NAME_BYTES_MAX, `must be at most ${NAME_BYTES_MAX} bytes`),
  database_id: platformId,
  domain: domainSchema.nullable().default(null).meta({ description: 'The site it is on. Hosts in it set a first-party cookie, and its pages may send credentials.' }),
  active: z.boolean().default(true),
  id: z.unknown().optional(), pixel_id: z.unknown().optional(), sid: z.unknown().optional(), warnings: z.unknown().optional(), ...readOnly,
});
export const pixelSchema = z
  .object({
    id: z.int(), pixel_id: z.int(), sid: z.string().meta({ description: 'What pixel URLs name it by: random, made once, never changed.' }), name: z.string(), database_id: z.int(), domain: z.string().nullable(), active: z.boolean(), ...stamps,
    warnings: z.array(problemSchema).optional(),
  })
  .meta({ id: 'Pixel' });
const params = z.object({ pixel_id: platformIdParam });

const printPixel = (pixel: Pixel): z.infer<typeof pixelSchema> => ({
  id: pixel.id, pixel_id: pixel.id, sid: pixel.sid, name: pixel.name, database_id: pixel.databaseId, domain: pixel.domain, active: pixel.active, ...printStamps(pixel),
});

/** The account's pixels. Naming one names it in the catalog too. */
export function pixelRoutes(context: RouteContext, directory: Pick<PixelDirectory, 'remember' | 'forget'>): readonly Route[] {
  const { pixels, catalog } = context.control;
  const lockKey = (accountId: number, id: number): string => `pixel/${accountId}/${id}`;

  async function put(accountId: number, id: number, input: z.infer<typeof pixelInput>, before: Pixel | null, actor: Actor): Promise<{ readonly pixel: Pixel; readonly created: boolean }> {
    const now = context.clock.now();
    const pixel = { id, sid: before?.sid ?? randomBytes(SID_BYTES).toString('base64url'), name: input.name, databaseId: input.database_id, domain: input.domain, active: input.active };
    const after = { id, sid: pixel.sid, name: pixel.name, database_id: pixel.databaseId, domain: pixel.domain, active: pixel.active };
    const audit = { at: now, accountId, actor, action: before === null ? 'pixel.create' : 'pixel.update', objectKind: 'pixel', objectId: String(id), before: before === null ? null : printPixel(before), after };
    const named = await catalog.get(accountId, 'pixels', id);
    await catalog.put(accountId, [{ kind: 'pixels', id, name: input.name, subid: named?.subid ?? null, subject: named?.subject ?? null, databaseId: input.database_id }], now);
    const written = await pixels.put(accountId, pixel, now, audit);
    directory.remember(written.pixel);
    return written;
  }

  async function warningsOf(accountId: number, databaseId: number): Promise<Problem[]> {
    const known = await catalog.lookUp(accountId, [{ kind: 'databases', id: databaseId }]);
    return known.size > 0 ? [] : [{ path: '/database_id', code: 'not_in_catalog', message: `The catalog has no ${databaseId} among databases.` }];
  }

  return [
    defineRoute({
      id: 'putPixel', method: 'put', path: '/v1/pixels/{pixel_id}', tag: 'Pixels', summary: 'Make a pixel, or change it', access: { kind: 'account', scope: 'catalog:write' },
      params, query: noQuery, body: { kind: 'json', schema: pixelInput, accountInBody: true },
      answers: { 200: { description: 'Changed.', schema: pixelSchema }, 201: { description: 'Made.', schema: pixelSchema } },
      handle: ({ accountId, params: { pixel_id: id }, body, expectedVersion, actor }) => context.lock.run(lockKey(accountId, id), async () => {
        const before = await pixels.get(accountId, id);
        if (expectedVersion !== null && before?.version !== expectedVersion) return versionConflict();
        const { pixel, created } = await put(accountId, id, body, before, actor);
        const warnings = await warningsOf(accountId, pixel.databaseId);
        return answerObject(created ? 201 : 200, { ...printPixel(pixel), ...(warnings.length > 0 ? { warnings } : {}) });
      }),
    }),
    defineRoute({
      id: 'getPixel', method: 'get', path: '/v1/pixels/{pixel_id}', tag: 'Pixels', summary: 'Read a pixel', access: { kind: 'account', scope: 'catalog:read' },
      params, query: noQuery, body: { kind: 'none' }, answers: { 200: { description: 'The pixel.', schema: pixelSchema } },
      async handle({ accountId, params: { pixel_id: id } }) {
        const pixel = await pixels.get(accountId, id);
        return pixel === null ? notFound() : answerObject(200, printPixel(pixel));
      },
    }),
    defineRoute({
      id: 'listPixels', method: 'get', path: '/v1/pixels', tag: 'Pixels', summary: 'List the pixels', access: { kind: 'account', scope: 'catalog:read' },
      params: z.object({}), query: pageQuery, body: { kind: 'none' }, answers: { 200: { description: 'By id.', schema: pageOf(pixelSchema) } },
      handle: ({ accountId, query }) => answerPage(context.cursors, { accountId, list: 'pixels' }, query, (page) => pixels.list(accountId, page), printPixel),
    }),
    defineRoute({
      id: 'deletePixel', method: 'delete', path: '/v1/pixels/{pixel_id}', tag: 'Pixels', summary: 'Delete a pixel: its sid is nobody\'s from then on', access: { kind: 'account', scope: 'catalog:write' },
      params, query: noQuery, body: { kind: 'none' }, answers: { 204: { description: 'Deleted.' } },
      handle: ({ accountId, params: { pixel_id: id }, expectedVersion, actor }) => context.lock.run(lockKey(accountId, id), async () => {
        const before = await pixels.get(accountId, id);
        if (before === null) return notFound();
        if (expectedVersion !== null && before.version !== expectedVersion) return versionConflict();
        await pixels.delete(accountId, id, { at: context.clock.now(), accountId, actor, action: 'pixel.delete', objectKind: 'pixel', objectId: String(id), before: printPixel(before), after: null });
        directory.forget(before.sid);
        await catalog.delete(accountId, 'pixels', id);
        return answerNothing;
      }),
    }),
  ];
}
