// @platformatic/kafka has no option for dialling. Its pool is public, though, and every dial goes through `pool.get`, also to brokers that the cluster advertises
// (K12): there the name is resolved and checked, and the client is given the checked address. With TLS it needs the name, so there it gets the name and a `lookup`
// that only knows what was checked.
import type { LookupFunction } from 'node:net';
import type { Broker, Connection, ConnectionPool, NetworkError } from '@platformatic/kafka';
import type { DialGuard, ResolvedAddress } from '../dial/dial-guard.ts';
import { isRefusedLogin, nestedErrors } from './classify-kafka-error.ts';

type GetCallback = (error: Error | null, connection: Connection) => void;

export interface PoolGuardOptions {
  readonly guard: DialGuard;
  readonly tls: boolean;
  /** The library's own class: its retries look for `canRetry` on nothing else. */
  readonly networkError: typeof NetworkError;
}

export interface CheckedNames {
  readonly addresses: Map<string, readonly ResolvedAddress[]>;
  /** For the client's TLS options. */
  readonly lookup: LookupFunction;
}

export function createCheckedNames(): CheckedNames {
  const addresses = new Map<string, readonly ResolvedAddress[]>();
  const lookup: LookupFunction = (host, options, callback) => {
    const [first, ...rest] = addresses.get(host) ?? [];
    if (first === undefined) callback(Object.assign(new Error(`${host} was not checked`), { code: 'ENOTFOUND' }), '', 0);
    else if (options.all === true) callback(null, [first, ...rest].map(({ address, family }) => ({ address, family })));
    else callback(null, first.address, first.family);
  };
  return { addresses, lookup };
}

export function guardPlatformaticPool(pool: ConnectionPool, names: CheckedNames, { guard, tls, networkError }: PoolGuardOptions): void {
  const dial = pool.get.bind(pool) as (broker: Broker, callback: GetCallback) => void;
  // the client retries a refused login as if it were a broken connection; a broker may lock the user out for that
  let refusedLogin: Error | null = null;
  // a connection that fails twice would otherwise end the process
  pool.on('connecting', ({ connection }) => connection.on('error', () => {}));

  const dialChecked = async (broker: Broker): Promise<Connection> => {
    if (refusedLogin !== null) throw refusedLogin;
    const addresses = await guard.resolve(broker.host, broker.port).catch((error: unknown) => {
      throw new networkError(`Connection to ${broker.host}:${broker.port} refused.`, { canRetry: false, cause: error as Error });
    });
    names.addresses.set(broker.host, addresses);
    const targets = tls ? [broker] : addresses.map(({ address }) => ({ host: address, port: broker.port }));
    let last: unknown;
    for (const target of targets) {
      try {
        return await new Promise((resolve, reject) => dial(target, (error, connection) => (error ? reject(error) : resolve(connection))));
      } catch (error: unknown) {
        last = error;
        if ([...nestedErrors(error)].some(isRefusedLogin)) {
          refusedLogin = new networkError('The login was refused.', { canRetry: false, cause: error as Error });
          throw refusedLogin;
        }
      }
    }
    throw last;
  };

  const established = new Map<string, Connection>();
  const get = (broker: Broker, callback?: GetCallback): Promise<Connection> | undefined => {
    const key = `${broker?.host}:${broker?.port}`;
    const open = established.get(key);
    if (callback === undefined) return open?.isConnected() ? Promise.resolve(open) : dialChecked(broker);
    if (open?.isConnected()) {
      callback(null, open);
      return undefined;
    }
    dialChecked(broker).then(
      (connection) => {
        established.set(key, connection);
        callback(null, connection);
      },
      (error: Error) => callback(error, undefined as never),
    );
    return undefined;
  };
  pool.get = get as ConnectionPool['get'];
}
