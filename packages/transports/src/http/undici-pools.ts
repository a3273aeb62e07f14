// One pool per account and origin: no response can be confused across accounts, whatever a receiver does to a kept socket (E21). Pools that nobody
// uses are closed; a socket lives a minute at most, so that a host that moves is found again (H24).
import { Client, type Dispatcher, Pool, buildConnector } from 'undici';
import { CONNECT_TIMEOUT_MS } from '../dial/classify-dial-error.ts';
import type { DialGuard } from '../dial/dial-guard.ts';

/** Sockets to one origin for one account. The caller's concurrency per hook is far below; this bounds what many hooks on one origin can take together. */
const SOCKETS_PER_POOL_MAX = 256;
/** A pool without requests for this long is closed. */
const POOL_IDLE_MS = 30_000;
/** H24: a new address of a host is used within a minute. */
const SOCKET_AGE_MS_MAX = 60_000;
/** Idle sockets are kept this long unless the receiver says another time in `keep-alive`. Node's own servers close after 5 s. */
const SOCKET_IDLE_MS = 4_000;
/** Longer header blocks are `UND_ERR_HEADERS_OVERFLOW` (H9). */
const RESPONSE_HEADER_BYTES_MAX = 16_384;

/** A handler that is told, when its request is about to be written, how many requests this socket has carried before. */
export interface SocketAwareHandler extends Dispatcher.DispatchHandler {
  takeSocketUse?: () => number;
}

/** undici does not say whether a request went out on a kept socket, and that decides whether the next attempt may follow at once (H20). */
class SocketCountingClient extends Client {
  #requestsOnSocket = 0;

  constructor(origin: URL | string, options: Client.Options) {
    super(origin, options);
    this.on('connect', () => {
      this.#requestsOnSocket = 0;
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: SocketAwareHandler): boolean {
    handler.takeSocketUse = () => this.#requestsOnSocket++;
    return super.dispatch(options, handler);
  }
}

interface PoolEntry {
  readonly pool: Pool;
  leases: number;
  idleTimer: NodeJS.Timeout | null;
}

export interface PoolLease {
  readonly pool: Pool;
  release(): void;
}

export class UndiciPools {
  readonly #guard: DialGuard;
  readonly #entries = new Map<string, PoolEntry>();

  constructor(guard: DialGuard) {
    this.#guard = guard;
  }

  /** The pool stays open until the lease is released, and a while longer. */
  lease(accountId: number, origin: string): PoolLease {
    const key = `${accountId} ${origin}`;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { pool: new Pool(origin, { ...this.#clientOptions(), connections: SOCKETS_PER_POOL_MAX, clientTtl: SOCKET_AGE_MS_MAX, factory: (url, options) => new SocketCountingClient(url, options) }), leases: 0, idleTimer: null };
      this.#entries.set(key, entry);
    }
    const leased = entry;
    leased.leases += 1;
    if (leased.idleTimer !== null) clearTimeout(leased.idleTimer);
    leased.idleTimer = null;
    return { pool: leased.pool, release: () => this.#release(key, leased) };
  }

  /** Ends what is under way, too: whoever waits has been stopped by its signal before. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { idleTimer } of entries) if (idleTimer !== null) clearTimeout(idleTimer);
    await Promise.all(entries.map(({ pool }) => pool.destroy()));
  }

  #release(key: string, entry: PoolEntry): void {
    entry.leases -= 1;
    if (entry.leases > 0 || this.#entries.get(key) !== entry) return;
    entry.idleTimer = setTimeout(() => {
      this.#entries.delete(key);
      void entry.pool.close();
    }, POOL_IDLE_MS);
    entry.idleTimer.unref();
  }

  #clientOptions(): Client.Options {
    return {
      connect: guardedConnector(this.#guard),
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: SOCKET_IDLE_MS,
      keepAliveMaxTimeout: SOCKET_AGE_MS_MAX,
      maxHeaderSize: RESPONSE_HEADER_BYTES_MAX,
      // the attempt's one deadline replaces them: a drip feed resets both for ever
      headersTimeout: 0,
      bodyTimeout: 0,
    };
  }
}

/** The policy at the dial, in both layers: a `lookup` is never asked about an IP literal. */
function guardedConnector(guard: DialGuard): buildConnector.connector {
  const byPort = new Map<number, buildConnector.connector>();
  return (target, callback) => {
    const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
    const refusal = guard.checkLiteral(target.hostname, port);
    if (refusal !== null) {
      queueMicrotask(() => callback(refusal, null));
      return;
    }
    let connect = byPort.get(port);
    if (connect === undefined) {
      connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false, rejectUnauthorized: true, lookup: guard.lookup(port) });
      byPort.set(port, connect);
    }
    connect(target, callback);
  };
}
