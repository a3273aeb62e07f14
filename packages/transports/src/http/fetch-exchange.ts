import { classifyDialError } from '../dial/classify-dial-error.ts';
import { errorCode } from '../failure.ts';
import type { StopReason } from '../deadline.ts';
import { type ExchangeAnswer, type ExchangeRequest, type ExchangeSilence, type HttpExchange, RESPONSE_BODY_BYTES_MAX } from './http-exchange.ts';

/** The part of `fetch` that is used, so that a runtime or a test can hand in its own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** For runtimes without undici. What it cannot promise is listed in `fetch-http-transport.ts`. */
export function createFetchExchange(fetch: Fetch): HttpExchange {
  return {
    async post(request) {
      const { signal } = request;
      if (signal.aborted) return { kind: 'silence', sent: false, stopped: signal.reason as StopReason };
      try {
        const response = await fetch(request.url.href, { method: 'POST', headers: { ...request.headers }, body: new Uint8Array(request.body), redirect: 'manual', signal });
        return await readAnswer(response, request);
      } catch (error: unknown) {
        if (signal.aborted) return { kind: 'silence', sent: true, stopped: signal.reason as StopReason };
        // fetch hides the cause behind a TypeError; and it does not say whether anything went out, so what is no connection error counts as sent
        const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
        return { kind: 'silence', sent: !isConnectError(cause), error: cause } satisfies ExchangeSilence;
      }
    },
    async close() {
      // the runtime owns the sockets
    },
  };
}

async function readAnswer(response: Response, { signal }: ExchangeRequest): Promise<ExchangeAnswer> {
  const headers = new Map([...response.headers].map(([name, value]) => [name, [value]] as const));
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const answer = (bodyEnd: ExchangeAnswer['bodyEnd'], error?: unknown): ExchangeAnswer => ({
    kind: 'answer',
    // a filtered redirect has status 0
    status: response.type === 'opaqueredirect' ? 302 : response.status,
    headers,
    body: Buffer.concat(chunks).subarray(0, RESPONSE_BODY_BYTES_MAX),
    bodyEnd,
    ...(error === undefined ? {} : { error }),
  });
  const reader = response.body?.getReader();
  if (reader === undefined) return answer('whole');
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return answer('whole');
      chunks.push(value);
      bytes += value.byteLength;
      if (bytes > RESPONSE_BODY_BYTES_MAX) {
        void reader.cancel();
        return answer('cap');
      }
    }
  } catch (error: unknown) {
    return signal.aborted ? answer('stopped') : answer('broken', error);
  }
}

/** `ConnectionRefused` and `FailedToOpenSocket` are Bun's names. */
const NO_CONNECTION_CODES = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ConnectionRefused', 'FailedToOpenSocket']);

const isConnectError = (cause: unknown): boolean => NO_CONNECTION_CODES.has(errorCode(cause)) || classifyDialError(cause) !== null;
