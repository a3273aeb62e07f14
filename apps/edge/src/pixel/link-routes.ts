import { CLICK_EVENT, jsonMembers, LIMITS, linkTarget, PIXEL_LIMITS, printClickLink, signClickLink } from '@hookline/core';
import { z } from 'zod';
import { isRefusal, refuse, refuseProblems } from '../http/refusal.ts';
import { eventTypeOf } from '../ingest/event-types-of-account.ts';
import { draftEvent } from '../ingest/record-event.ts';
import { defineRoute, type Route } from '../route/route.ts';
import { profileIdSchema } from '../routes/import-profiles.ts';
import type { RouteContext } from '../routes/route-context.ts';
import { noQuery, platformId } from '../schemas/common-schemas.ts';
import type { PixelDirectory } from './pixel-directory.ts';
import { linkProblems, printClick } from './print-click.ts';

const linkInput = z.strictObject({
  pixel_id: platformId,
  url: z.string().refine((url) => linkTarget(url) !== null, `must be an absolute http: or https: URL of at most ${PIXEL_LIMITS.linkTargetCharsMax} characters, without user name, spaces, control characters and backslashes`),
  event_type: z.string().default(CLICK_EVENT),
  profile_id: profileIdSchema.nullable().default(null),
  event_data: z.looseObject({}).nullable().default(null),
  consent: z.boolean().default(false).meta({ description: 'Whoever follows the link has agreed to a cookie.' }),
});
const linkSchema = z.object({ url: z.string(), path: z.string().meta({ description: 'The same on any host that leads here: the signature covers no more.' }) }).meta({ id: 'Link' });
const keysSchema = z.object({ keys: z.array(z.string()).meta({ description: 'base64, the newest first. It signs; all of them verify.' }) }).meta({ id: 'LinkKeys' });

const printKeys = (keys: readonly Uint8Array[]): z.infer<typeof keysSchema> => ({ keys: keys.map((key) => Buffer.from(key).toString('base64')) });

/** Signed links that lead over us to a target, and the keys that sign them. */
export function linkRoutes(context: RouteContext, directory: PixelDirectory, publicUrl: string | null): readonly Route[] {
  const { pixels, keys, eventTypes } = context.control;
  const master = { kind: 'account', scope: 'catalog:write', master: true } as const;
  return [
    defineRoute({
      id: 'createLink', method: 'post', path: '/v1/links', tag: 'Pixels', summary: 'Make a signed click link', access: { kind: 'account', scope: 'catalog:write' },
      params: z.object({}), query: noQuery, body: { kind: 'json', schema: linkInput, accountInBody: true }, answers: { 200: { description: 'The link.', schema: linkSchema } },
      async handle({ accountId, body, text, headers }) {
        const pixel = await pixels.get(accountId, body.pixel_id);
        if (pixel === null) return refuse(422, 'pixel_unknown', 'There is no such pixel.', '/pixel_id');
        const raw = body.event_data === null ? undefined : jsonMembers(text).find(({ key }) => key === 'event_data');
        const eventData = raw === undefined ? null : text.slice(raw.valueStart, raw.valueEnd);
        const click = { pixel, eventType: body.event_type, profileId: body.profile_id, hashes: null, eventData, target: body.url, ip: null, place: null, agent: null };
        const subjects = eventTypeOf(eventTypes, accountId, body.event_type)?.subjects ?? [];
        // A link is signed only if its click can be recorded.
        const draft = draftEvent(context, accountId, printClick(click, context.clock.now(), subjects));
        if (isRefusal(draft)) return refuseProblems(422, linkProblems(draft.problems));
        const unsigned = printClickLink({ sid: pixel.sid, url: body.url, eventType: body.event_type, profileId: body.profile_id, eventData, consent: body.consent });
        const path = signClickLink(unsigned, (await directory.linkKeys(accountId))[0] as Uint8Array);
        directory.remember(pixel);
        if (path.length > LIMITS.pixelUrlBytesMax) return refuse(422, 'link_too_long', `The link has more than ${LIMITS.pixelUrlBytesMax} characters.`);
        return { status: 200, body: { url: `${publicUrl ?? `http://${headers.get('host') ?? ''}`}${path}`, path } };
      },
    }),
    defineRoute({
      id: 'getLinkKeys', method: 'get', path: '/v1/links/keys', tag: 'Pixels', summary: 'Read the keys that sign links', access: master,
      params: z.object({}), query: noQuery, body: { kind: 'none' }, answers: { 200: { description: 'At most two.', schema: keysSchema } },
      handle: async ({ accountId }) => ({ status: 200, body: printKeys(await directory.linkKeys(accountId)) }),
    }),
    defineRoute({
      id: 'rotateLinkKeys', method: 'post', path: '/v1/links/keys', tag: 'Pixels', summary: 'Sign with a new key from now on', access: master,
      params: z.object({}), query: noQuery, body: { kind: 'json', schema: z.strictObject({}), optional: true }, answers: { 200: { description: 'The new one, and the one before.', schema: keysSchema } },
      async handle({ accountId, actor }) {
        const now = context.clock.now();
        const audit = { at: now, accountId, actor, action: 'link_key.rotate', objectKind: 'link_key', objectId: String(accountId), before: null, after: null };
        await keys.rotateLinkKey(accountId, now, audit);
        // Read by the way that clicks take, so that it is remembered for them.
        return { status: 200, body: printKeys(await directory.linkKeys(accountId)) };
      },
    }),
  ];
}
