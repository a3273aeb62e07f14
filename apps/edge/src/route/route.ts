import type { Actor, Token } from '@hookline/store';
import type { z } from 'zod';
import type { NeededScope } from '../auth/scopes.ts';
import type { BodyFormat } from '../http/media-type.ts';
import type { Refusal } from '../http/refusal.ts';

// A route is data: what validates a request, documents it in /openapi.json and types its handler is one and the same.

export type Access =
  | { readonly kind: 'public' }
  /** The handler looks at the token itself, and at the query. */
  | { readonly kind: 'own' }
  /** A route of the platform's own API: the token may stand in the body, and every answer is 200 (`compat/compatible-route.ts`). */
  | { readonly kind: 'compatible'; readonly scope: NeededScope }
  /** Platform tokens only. */
  | { readonly kind: 'platform' }
  /** A token of the account (its master, where the route says so), or a platform token where the scope is one of a platform's. */
  | { readonly kind: 'account'; readonly scope: NeededScope; readonly master?: true };

export type BodySpec<B> =
  | { readonly kind: 'none' }
  /** Read whole and strictly. Where the handler judges the body itself, `schema` lets everything through and `documented` says what it takes. */
  | {
      readonly kind: 'json';
      readonly schema: z.ZodType<B>;
      readonly documented?: z.ZodType;
      /** In the document; JSON where it is left out. */
      readonly mediaType?: string;
      readonly bytesMax?: number;
      /** The longest string in it, where it is not that of every body. */
      readonly stringBytesMax?: number;
      /** A hook, written by its owner: what can be read, but has a key twice or is too much of something, is not valid (422), like any other mistake in it. */
      readonly isHook?: true;
      /** No body at all reads as `{}`. */
      readonly optional?: true;
      /** A platform token may name the account by `account_id` in this body. */
      readonly accountInBody?: true;
    }
  /** JSON or NDJSON, read by the handler. A platform token without the account's header names the account in each item. */
  | { readonly kind: 'stream'; readonly formats: readonly BodyFormat[]; readonly schema: z.ZodType };

export interface Call<P, Q, B> {
  readonly request: Pick<Request, 'method' | 'url' | 'headers'>;
  /** Whether the caller may still do what was allowed at the beginning: for answers that go on. */
  readonly stillMay: () => Promise<boolean>;
  /** Of the socket; '' = the runtime does not say. */
  readonly address: string;
  readonly token: Token | null;
  /** Who calls, for the audit log. */
  readonly actor: Actor;
  /** Of account routes: the account this is about. 0 otherwise, and where each item of a streamed body names its own. */
  readonly accountId: number;
  /** The account of one item that names it, or not; refused where it may not or does not exist. */
  readonly accountOf: (named: unknown) => number | Refusal;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The body's text, where it was read whole: members keep the bytes they came with. */
  readonly text: string;
  readonly headers: Headers;
  /** The query as it came, without its `?`. */
  readonly search: string;
  /** From If-Match. */
  readonly expectedVersion: number | null;
  readonly stream: { readonly format: BodyFormat; readonly body: ReadableStream<Uint8Array> | null };
}

export interface Answer {
  readonly status: number;
  /** Becomes JSON. */
  readonly body?: unknown;
  /** Ready text, where raw members are spliced in or the answer is no JSON. */
  readonly text?: string;
  /** What goes on after the answer has begun. */
  readonly stream?: ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set-Cookie headers, where there may be more than one. */
  readonly cookies?: readonly string[];
}

/** What the OpenAPI document says of a route. */
export interface RouteDescriptionSpec<P, Q, B> {
  /** The operation id in the OpenAPI document. */
  readonly id: string;
  readonly method: 'get' | 'put' | 'post' | 'patch' | 'delete' | 'options';
  /** OpenAPI style: `/v1/hooks/{hook_id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  readonly params: z.ZodType<P>;
  readonly query: z.ZodType<Q>;
  readonly body: BodySpec<B>;
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema?: z.ZodType; readonly mediaType?: string }>>;
}

export interface RouteSpec<P, Q, B> extends RouteDescriptionSpec<P, Q, B> {
  handle(call: Call<P, Q, B>): Promise<Answer | Refusal>;
}

export type RouteDescription = RouteDescriptionSpec<unknown, unknown, unknown>;

/** A route whose types are closed over. */
export type Route = RouteSpec<unknown, unknown, unknown>;

export function defineRoute<P, Q, B>(spec: RouteSpec<P, Q, B>): Route {
  return spec as unknown as Route;
}
