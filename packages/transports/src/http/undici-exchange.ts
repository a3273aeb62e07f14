import type { Dispatcher } from 'undici';
import type { StopReason } from '../deadline.ts';
import type { DialGuard } from '../dial/dial-guard.ts';
import { type ExchangeAnswer, type ExchangeRequest, type ExchangeSilence, type HttpExchange, RESPONSE_BODY_BYTES_MAX } from './http-exchange.ts';
import { type SocketAwareHandler, UndiciPools } from './undici-pools.ts';

/** 100, 102 and 103 before the response proper (H10). undici itself refuses 100 and 101. */
const INTERIM_RESPONSE_COUNT_MAX = 10;

type Settled = ExchangeAnswer | ExchangeSilence;

export function createUndiciExchange(guard: DialGuard): HttpExchange {
  const pools = new UndiciPools(guard);
  return {
    async post(request) {
      const lease = pools.lease(request.accountId, request.url.origin);
      try {
        const handler = new PostHandler(request);
        const result = await handler.run(lease.pool);
        return handler.lostKeptSocket(result) ? { ...result, keptSocket: true } : result;
      } finally {
        lease.release();
      }
    },
    close: () => pools.close(),
  };
}

/**
 * One request on its way. *queued*: undici has it, nothing was written; *sent*: it is being written or was; *answering*: the header block is here; *settled*: the
 * promise is resolved and whatever undici still says is ignored. The signal settles it in every state at once, also while undici is still connecting.
 */
class PostHandler implements SocketAwareHandler {
  takeSocketUse?: () => number;
  readonly #request: ExchangeRequest;
  readonly #result = Promise.withResolvers<Settled>();
  #settled = false;
  #controller: Dispatcher.DispatchController | null = null;
  #sent = false;
  #onKeptSocket = false;
  #firstByteSeen = false;
  #interimCount = 0;
  #status = 0;
  #headers: ReadonlyMap<string, readonly string[]> | null = null;
  readonly #chunks: Buffer[] = [];
  #bodyBytes = 0;
  readonly #onAbort = (): void => this.#stop(this.#request.signal.reason as StopReason);

  constructor(request: ExchangeRequest) {
    this.#request = request;
  }

  async run(dispatcher: Dispatcher): Promise<Settled> {
    const { url, headers, body, signal } = this.#request;
    if (signal.aborted) return { kind: 'silence', sent: false, stopped: signal.reason as StopReason };
    signal.addEventListener('abort', this.#onAbort, { once: true });
    dispatcher.dispatch({ path: url.pathname + url.search, method: 'POST', headers: { ...headers }, body }, this);
    try {
      return await this.#result.promise;
    } finally {
      signal.removeEventListener('abort', this.#onAbort);
    }
  }

  /** H20: a kept socket that the receiver closed just as we wrote to it, and not one byte came back. */
  lostKeptSocket(result: Settled): result is ExchangeSilence {
    return result.kind === 'silence' && result.stopped === undefined && this.#onKeptSocket && !this.#firstByteSeen && !this.#request.signal.aborted;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) {
      controller.abort(new Error('stopped before it was sent'));
      return;
    }
    this.#sent = true;
    this.#onKeptSocket = (this.takeSocketUse?.() ?? 0) > 0;
  }

  onResponseStarted(): void {
    this.#firstByteSeen = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number, headers: Record<string, string | string[] | undefined>): void {
    if (statusCode >= 200) {
      this.#status = statusCode;
      this.#headers = toHeaderMap(headers);
      return;
    }
    this.#interimCount += 1;
    if (this.#interimCount > INTERIM_RESPONSE_COUNT_MAX) controller.abort(new Error(`more than ${INTERIM_RESPONSE_COUNT_MAX} interim responses`));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = RESPONSE_BODY_BYTES_MAX - this.#bodyBytes;
    // a copy: undici's chunk is a view of a buffer that may be larger than what is kept
    this.#chunks.push(Buffer.from(chunk.subarray(0, room)));
    this.#bodyBytes += chunk.length;
    if (this.#bodyBytes <= RESPONSE_BODY_BYTES_MAX) return;
    this.#settleAnswer('cap');
    controller.abort(new Error('response is longer than is read'));
  }

  onResponseEnd(): void {
    this.#settleAnswer('whole');
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#headers === null) this.#settle({ kind: 'silence', sent: this.#sent, error });
    else this.#settleAnswer('broken', error);
  }

  #stop(reason: StopReason): void {
    if (this.#headers === null) this.#settle({ kind: 'silence', sent: this.#sent, stopped: reason });
    else this.#settleAnswer('stopped');
    this.#controller?.abort(new Error(`stopped: ${reason}`));
  }

  #settleAnswer(bodyEnd: ExchangeAnswer['bodyEnd'], error?: Error): void {
    const headers = this.#headers ?? new Map<string, readonly string[]>();
    this.#settle({ kind: 'answer', status: this.#status, headers, body: Buffer.concat(this.#chunks), bodyEnd, ...(error === undefined ? {} : { error }) });
  }

  #settle(result: Settled): void {
    this.#settled = true;
    this.#result.resolve(result);
  }
}

function toHeaderMap(headers: Record<string, string | string[] | undefined>): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) map.set(name, Array.isArray(value) ? value : [value]);
  return map;
}
