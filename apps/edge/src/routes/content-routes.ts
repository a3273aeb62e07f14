import { LIMITS } from '@hookline/core';
import { z } from 'zod';
import { refuse, refuseForNow } from '../http/refusal.ts';
import { defineRoute, type Answer, type Route } from '../route/route.ts';
import { noQuery } from '../schemas/common-schemas.ts';
import { contentSchema } from '../schemas/content-schema.ts';
import { notFound } from './answers.ts';
import type { RouteContext } from './route-context.ts';

const contentAnswer = z.object({ id: z.string(), content: contentSchema }).meta({ id: 'StoredContent' });
/** Opaque to us. `sha256:` is how content that came with an event is kept. */
const params = z.object({ send_message_id: z.string().min(1).max(512).refine((text) => !/[\u0000-\u001f\u007f]/.test(text) && !text.startsWith('sha256:'), 'must be an id of the platform') });

const answerContent = (status: 200 | 201, id: string, content: string): Answer => ({ status, text: `{"id":${JSON.stringify(id)},"content":${content}}` });

/** The content of sent messages: kept for some days, looked up by `event_data.send_message_id`. */
export function contentRoutes(context: RouteContext): readonly Route[] {
  const { content } = context.control;
  return [
    defineRoute({
      id: 'putContent', method: 'put', path: '/v1/content/{send_message_id}', tag: 'Content', summary: 'Store the content of a sent message, once', access: { kind: 'account', scope: 'content:write' },
      params, query: noQuery, body: { kind: 'json', schema: contentSchema, bytesMax: LIMITS.contentBytesMax, stringBytesMax: LIMITS.contentBytesMax },
      answers: { 200: { description: 'These bytes were there already.', schema: contentAnswer }, 201: { description: 'Stored.', schema: contentAnswer } },
      async handle({ accountId, params: { send_message_id: id }, text }) {
        const outcome = await content.put(accountId, id, text.trim(), context.clock.now());
        if (outcome === 'full') return refuseForNow('content_full', 'There is no room for more content at the moment.', 60);
        if (outcome === 'conflict') return refuse(409, 'content_conflict', 'Other content is stored under this id.');
        return answerContent(outcome === 'created' ? 201 : 200, id, text.trim());
      },
    }),
    defineRoute({
      id: 'getContent', method: 'get', path: '/v1/content/{send_message_id}', tag: 'Content', summary: 'Read the content of a sent message', access: { kind: 'account', scope: 'content:read' },
      params, query: noQuery, body: { kind: 'none' }, answers: { 200: { description: 'While it is kept.', schema: contentAnswer } },
      async handle({ accountId, params: { send_message_id: id } }) {
        const json = await content.get(accountId, id, context.clock.now());
        return json === null ? notFound() : answerContent(200, id, json);
      },
    }),
  ];
}
