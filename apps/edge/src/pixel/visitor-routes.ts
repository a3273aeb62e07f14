import { LIMITS, PIXEL_LIMITS } from '@hookline/core';
import { z } from 'zod';
import type { RouteDescription } from '../route/route.ts';
import type { VisitorRoute } from '../route/visitor-route.ts';
import type { VisitorDoors } from './create-visitor-doors.ts';

const hitQuery = z.object({
  i: z.string().meta({ description: "The pixel's sid." }),
  t: z.literal('open').optional(),
  goal: z.string().max(PIXEL_LIMITS.goalCharsMax).optional(),
  value: z.string().optional().meta({ description: 'A number, may be negative.' }),
  profile_id: z.string().max(LIMITS.profileIdCharsMax).optional(),
  n: z.string().max(PIXEL_LIMITS.nonceCharsMax).optional().meta({ description: 'A nonce: the same visitor with the same one is one event.' }),
  url: z.string().optional(), referer: z.string().optional(), send_message_id: z.string().optional(),
  utm_campaign: z.string().optional(), utm_content: z.string().optional(), utm_term: z.string().optional(), utm_medium: z.string().optional(), utm_source: z.string().optional(),
  consent: z.enum(['0', '1']).optional().meta({ description: '1: a cookie may be set. 0: the visitor is not to be known.' }),
});
const goal = z.object({ goal: z.string(), value: z.number().optional() });
const beacon = z.looseObject({
  goal: z.string().optional(), value: z.number().optional(), goals: z.array(goal).max(PIXEL_LIMITS.goalsMax).optional(), profile_id: z.string().optional(), email: z.string().optional(), n: z.string().optional(), url: z.string().optional(), referer: z.string().optional(),
  utm: z.looseObject({}).optional(), pixel_data: z.looseObject({}).optional(), send_message_id: z.string().optional(), consent: z.boolean().optional(),
});
const linkQuery = z.object({
  u: z.string(), t: z.string().optional(), profile_id: z.string().optional(), e: z.string().optional().meta({ description: 'event_data: base64url of JSON.' }), consent: z.literal('1').optional(),
  s: z.string().meta({ description: 'The signature, last: base64url of HMAC-SHA256 over path, `?` and the raw query before `&s=`.' }),
});

const REFUSALS = {
  400: { description: 'The query cannot be read, or says something impossible. No body.' }, 404: { description: 'No such pixel. No body.' }, 414: { description: 'The URL is too long. No body.' },
  429: { description: 'Too often. No body.' }, 503: { description: 'Nothing can be stored: no image. No body.' },
};
const describe = (spec: Pick<RouteDescription, 'id' | 'method' | 'path' | 'summary' | 'answers'> & Partial<Pick<RouteDescription, 'params' | 'query' | 'body'>>): RouteDescription => ({
  tag: 'Pixels', access: { kind: 'public' }, params: z.object({}), query: z.object({}), body: { kind: 'none' }, ...spec,
});

const text = z.string().optional();
const sdkForm = z.looseObject({ tz: text, t: text, aci: text, wn: text, mm: text, cn: text, cc: text, ck: text, cm: text, cs: text, ct: text, wd: text, ma: text, pf: text, sn: text, mi: text });
const pushBody = z.looseObject({ time: z.int().meta({ description: 'Unix seconds.' }), smid: z.string() });
const sdkCall = (id: string, path: string, summary: string, query: z.ZodType, body: Pick<Extract<RouteDescription['body'], { kind: 'json' }>, 'documented' | 'mediaType'>): RouteDescription => ({
  id, method: 'post', path, tag: 'Platform API', summary, access: { kind: 'compatible', scope: 'events:write' }, params: z.object({}), query, body: { kind: 'json', schema: z.unknown(), ...body },
  answers: { 200: { description: '`error` 0: done. Anything else: `error_text` says what is wrong.', schema: z.looseObject({ error: z.int(), error_text: z.string() }) }, 503: { description: 'Nothing can be stored: try again.' } },
});

/** What visitors' browsers and apps ask for. HEAD goes to the route of GET. */
export function visitorRoutes({ hits, clicks, snippet, sdk }: VisitorDoors): readonly VisitorRoute[] {
  return [
    {
      description: describe({ id: 'firePixel', method: 'get', path: '/pixel', summary: 'Fire a pixel', query: hitQuery, answers: { 200: { description: 'The image; the event is durable.', mediaType: 'image/gif' }, ...REFUSALS } }),
      answer: hits.hit,
    },
    {
      description: describe({
        id: 'sendBeacon', method: 'post', path: '/pixel', summary: 'Fire a pixel by a beacon: JSON under any of the types that a browser gives it', query: hitQuery, body: { kind: 'json', schema: z.unknown(), documented: beacon },
        answers: { 204: { description: 'The event is durable.' }, ...REFUSALS, 413: { description: 'The body is too large. No body.' }, 415: { description: 'Another media type. No body.' } },
      }),
      answer: hits.hit,
    },
    { description: describe({ id: 'preflightPixel', method: 'options', path: '/pixel', summary: 'What pages of other origins may send', answers: { 204: { description: 'See the headers.' } } }), answer: hits.preflight },
    {
      description: describe({
        id: 'followLink', method: 'get', path: '/r/{sid}', summary: 'Follow a click link to its target', params: z.object({ sid: z.string() }), query: linkQuery,
        answers: { ...REFUSALS, 302: { description: 'To the target.' }, 400: { description: 'Not signed, or not as a whole, or a target that is no plain URL. No body.' } },
      }),
      answer: clicks.follow,
    },
    {
      description: describe({ id: 'getSnippet', method: 'get', path: '/p.js', summary: 'The snippet for pages', answers: { 200: { description: 'A script with one global, `hookline`.', mediaType: 'text/javascript' }, 304: { description: 'Unchanged.' } } }),
      answer: snippet,
    },
    {
      description: sdkCall('postSdkEvent', '/event/post', 'An event of a mobile SDK', z.object({ i: z.string().meta({ description: "The pixel's sid." }), tr: z.literal('px').optional(), t: z.literal('open').optional(), v: z.string().optional() }), { documented: sdkForm, mediaType: 'multipart/form-data' }),
      answer: sdk.post,
    },
    { description: sdkCall('postPushOpen', '/event/push/open', 'A push message was opened', z.object({ matching_mode: z.string().optional() }), { documented: pushBody }), answer: (request) => sdk.push(request, 'open') },
    { description: sdkCall('postPushDelivery', '/event/push/delivery', 'A push message was delivered', z.object({ matching_mode: z.string().optional() }), { documented: pushBody }), answer: (request) => sdk.push(request, 'delivery') },
  ];
}
