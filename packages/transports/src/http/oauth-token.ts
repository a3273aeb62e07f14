import type { Failure } from '@hookline/core';
import { fail } from '../failure.ts';
import { classifyHttpError } from './classify-http-error.ts';
import type { HttpDestination, OpenAuth } from './http-destination.ts';
import type { ExchangeAnswer, ExchangeSilence, HttpExchange } from './http-exchange.ts';

/** A token is not used any more when this share of its life is left, or half a minute: the request still has to arrive. */
const EXPIRY_MARGIN_SHARE = 0.1;
const EXPIRY_MARGIN_MS_MAX = 30_000;
/** RFC 6749 4.2.2 leaves `expires_in` optional; a token without one is asked for again after this long. */
const LIFETIME_WITHOUT_EXPIRY_MS = 300_000;
const TOKEN_CHARS = /^[\x21-\x7e]{1,16384}$/;

type OauthAuth = Extract<OpenAuth, { type: 'oauth2' }>;
type ClientAuth = 'body' | 'basic';

export interface OauthTokenOptions {
  readonly exchange: HttpExchange;
  readonly userAgent: string;
  readonly monotonic: () => number;
}

/**
 * The access token of one hook (RFC 6749 4.4), kept until shortly before it expires. Concurrent callers share one request. Client credentials go into the body;
 * a server that refuses that is asked once more with HTTP Basic, and the form that worked is kept.
 */
export class OauthTokenSource {
  readonly #destination: HttpDestination;
  readonly #auth: OauthAuth;
  readonly #options: OauthTokenOptions;
  #clientAuth: ClientAuth = 'body';
  #cached: { readonly token: string; readonly untilMs: number } | null = null;
  #underWay: Promise<string | Failure> | null = null;

  constructor(destination: HttpDestination, auth: OauthAuth, options: OauthTokenOptions) {
    this.#destination = destination;
    this.#auth = auth;
    this.#options = options;
  }

  /** `refused` is a token that the receiver answered with 401: it is not given out again. */
  async token(signal: AbortSignal, refused?: string): Promise<string | Failure> {
    if (this.#cached?.token === refused) this.#cached = null;
    if (this.#cached !== null && this.#options.monotonic() < this.#cached.untilMs) return this.#cached.token;
    this.#underWay ??= this.#request(signal).finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #request(signal: AbortSignal): Promise<string | Failure> {
    let answer = await this.#post(signal);
    if (answer.kind === 'answer' && (answer.status === 400 || answer.status === 401)) {
      this.#clientAuth = this.#clientAuth === 'body' ? 'basic' : 'body';
      answer = await this.#post(signal);
    }
    if (answer.kind === 'silence') return aboutTokens(classifyHttpError({ ...answer, sent: false }));
    if (answer.status >= 500 || answer.status === 429) return fail('failed', 'http_5xx', `token endpoint: status ${answer.status}`);
    const granted = answer.status === 200 ? readGrant(answer.body.toString()) : null;
    if (granted === null) return fail('failed', 'credentials', `token endpoint: status ${answer.status}, no access token`);
    this.#cached = { token: granted.token, untilMs: this.#options.monotonic() + granted.lifetimeMs };
    return granted.token;
  }

  #post(signal: AbortSignal): Promise<ExchangeAnswer | ExchangeSilence> {
    const { tokenUrl, clientId, clientSecret, scope } = this.#auth;
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) });
    if (this.#clientAuth === 'body') {
      form.set('client_id', clientId);
      form.set('client_secret', clientSecret);
    }
    const basic = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64');
    const headers = {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': this.#options.userAgent,
      ...(this.#clientAuth === 'basic' ? { authorization: `Basic ${basic}` } : {}),
    };
    return this.#options.exchange.post({ accountId: this.#destination.accountId, url: tokenUrl, headers, body: Buffer.from(form.toString()), signal });
  }
}

const aboutTokens = (failure: Failure): Failure => fail(failure.kind, failure.code, `token endpoint: ${failure.message}`);

/** RFC 6749 2.3.1: both parts are form-encoded before they are joined. */
const formEncode = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);

function readGrant(body: string): { readonly token: string; readonly lifetimeMs: number } | null {
  let grant: unknown;
  try {
    grant = JSON.parse(body);
  } catch (error: unknown) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof grant !== 'object' || grant === null) return null;
  const { access_token: token, expires_in: expiresIn } = grant as { access_token?: unknown; expires_in?: unknown };
  if (typeof token !== 'string' || !TOKEN_CHARS.test(token)) return null;
  const seconds = Number(expiresIn);
  const lifetimeMs = expiresIn !== undefined && Number.isFinite(seconds) ? seconds * 1000 : LIFETIME_WITHOUT_EXPIRY_MS;
  return { token, lifetimeMs: lifetimeMs - Math.min(lifetimeMs * EXPIRY_MARGIN_SHARE, EXPIRY_MARGIN_MS_MAX) };
}
