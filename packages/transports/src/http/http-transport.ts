// One batch, one POST. The transport keeps nothing between sends but an OAuth token: sockets belong to the exchange.
import type { Clock, Evidence, Failure, Outcome, OutgoingBatch, SendResult, Transport } from '@hookline/core';
import { startDeadline } from '../deadline.ts';
import { createRedact, cutBody, cutBytes, maskValues, type Redact } from '../evidence/redact.ts';
import { classifyHttpError } from './classify-http-error.ts';
import type { HttpDestination } from './http-destination.ts';
import type { ExchangeAnswer, ExchangeSilence, HttpExchange } from './http-exchange.ts';
import { judgeAnswer } from './judge-answer.ts';
import { OauthTokenSource } from './oauth-token.ts';
import type { PatternMatcher } from './pattern-matcher.ts';
import { buildRequestHeaders } from './request-headers.ts';

export interface HttpTransportOptions {
  readonly exchange: HttpExchange;
  readonly patterns: PatternMatcher;
  readonly clock: Clock;
  /** `Hookline/<version>`. */
  readonly userAgent: string;
  /** The policy on the URL as a whole, before anything is resolved or dialled; null = it may be asked. */
  readonly checkUrl: (url: URL) => Failure | null;
}

interface Exchanged {
  readonly headers: Readonly<Record<string, string>>;
  readonly result: ExchangeAnswer | ExchangeSilence | Failure;
}

export function createHttpTransport(destination: HttpDestination, options: HttpTransportOptions): Transport {
  const { exchange, patterns, clock, userAgent } = options;
  const redact = createRedact(destination.secrets);
  const pattern = destination.successPattern;
  const rule = { successStatus: destination.successStatus, matches: pattern === undefined ? null : (body: string) => patterns.match(pattern, body), redact };
  const tokens = destination.auth.type === 'oauth2' ? new OauthTokenSource(destination, destination.auth, { exchange, userAgent, monotonic: () => clock.monotonic() }) : null;
  const secretHeaders = new Set([...Object.keys(destination.headers), 'authorization']);

  // The policy is the process's and the URL this transport's: asked once. What a name resolves to is asked at every dial.
  const refusal = options.checkUrl(destination.url) ?? (destination.auth.type === 'oauth2' ? options.checkUrl(destination.auth.tokenUrl) : null);

  const attempt = async (batch: OutgoingBatch, body: Buffer, signal: AbortSignal): Promise<Exchanged> => {
    const post = async (token: string | null): Promise<Exchanged> => {
      const authorization = token !== null ? `Bearer ${token}` : destination.auth.type === 'header' ? destination.auth.authorization : null;
      const headers = buildRequestHeaders(destination, { batch, body, nowMs: clock.now(), userAgent, authorization });
      return { headers, result: await exchange.post({ accountId: destination.accountId, url: destination.url, headers, body, signal }) };
    };
    if (refusal !== null) return { headers: {}, result: refusal };
    if (tokens === null) return post(null);
    const token = await tokens.token(signal);
    if (typeof token !== 'string') return { headers: {}, result: token };
    const first = await post(token);
    if (!isUnauthorized(first)) return first;
    // the receiver may have forgotten a token before its time: one new one, still the same attempt
    const renewed = await tokens.token(signal, token);
    return typeof renewed === 'string' ? post(renewed) : { headers: first.headers, result: renewed };
  };

  return {
    type: 'http',
    async send(batch, callerSignal) {
      const deadline = startDeadline(clock, destination.requestTimeoutMs, callerSignal);
      try {
        const body = Buffer.from(batch.body.buffer, batch.body.byteOffset, batch.body.byteLength);
        const { headers, result } = await attempt(batch, body, deadline.signal);
        // Of a success hardly anything is kept, and these take longer than sending it: made when somebody looks.
        const request = {
          target: destination.url.href,
          get headers(): Readonly<Record<string, string>> {
            return maskValues(headers, secretHeaders);
          },
          get body(): string {
            return cutBytes(body);
          },
        };
        const outcome = result.kind === 'answer' ? await judgeAnswer(result, rule, clock.now()) : result.kind === 'silence' ? classifyHttpError(result) : result;
        return { outcome, evidence: { request, response: describeResponse(result, outcome, redact) } } satisfies SendResult;
      } finally {
        deadline.clear();
      }
    },
    async close() {
      // sockets and the pattern worker are shared and belong to the factory
    },
  };
}

const isUnauthorized = ({ result }: Exchanged): boolean => result.kind === 'answer' && result.status === 401;

function describeResponse(result: Exchanged['result'], outcome: Outcome, redact: Redact): NonNullable<Evidence['response']> {
  const error = outcome.kind === 'delivered' ? {} : { error: outcome.message };
  if (result.kind !== 'answer') return error;
  return {
    status: result.status,
    get headers(): Readonly<Record<string, string>> {
      return Object.fromEntries([...result.headers].map(([name, values]) => [name, cutBody(redact(values.join(', ')))]));
    },
    body: cutBody(redact(result.body.toString())),
    ...error,
  };
}
