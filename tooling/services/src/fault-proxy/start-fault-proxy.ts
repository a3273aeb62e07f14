import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { activeFaults } from './fault.ts';
import type { ActiveFault, Fault } from './fault.ts';
import { passDirection } from './pass-direction.ts';

export interface FaultProxy {
  readonly host: string;
  readonly port: number;
  /** Connections taken since the start. */
  connectionCount(): number;
  openCount(): number;
  /** Begins a fault, for what is open and for what comes; the answer lifts it. Faults add up. */
  inject(fault: Fault): Promise<() => Promise<void>>;
  /** Lifts every fault. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** A TCP proxy on loopback before `upstream`, for the faults that a real service does not make on demand. */
export async function startFaultProxy(upstream: { readonly host?: string; readonly port: number }): Promise<FaultProxy> {
  const faults = new Set<ActiveFault>();
  const lifts = new Set<() => Promise<void>>();
  const connections = new Set<Connection>();
  let taken = 0;
  const accept = (client: Socket): void => {
    taken += 1;
    const connection = createConnection(client, upstream, faults);
    connections.add(connection);
    connection.closed.addEventListener('abort', () => connections.delete(connection));
  };
  let server = await listen(0, accept);
  const { port } = server.address() as AddressInfo;
  const goDown = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const connection of connections) connection.close();
    await closed;
  };
  const isDown = (): boolean => activeFaults(faults, 'down', 'up').length > 0;
  return {
    host: '127.0.0.1',
    port,
    connectionCount: () => taken,
    openCount: () => connections.size,
    async inject(fault) {
      const wasDown = isDown();
      const end = new AbortController();
      const active: ActiveFault = { fault, lifted: end.signal };
      faults.add(active);
      if (fault.kind === 'down' && !wasDown) await goDown();
      for (const connection of connections) connection.begin(active);
      const lift = async (): Promise<void> => {
        if (!faults.delete(active)) return;
        lifts.delete(lift);
        end.abort();
        if (fault.kind === 'down' && !isDown()) server = await listen(port, accept);
      };
      lifts.add(lift);
      return lift;
    },
    heal: async () => void (await Promise.all([...lifts].map((lift) => lift()))),
    async close() {
      if (server.listening) await goDown();
    },
  };
}

async function listen(port: number, accept: (client: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

interface Connection {
  readonly closed: AbortSignal;
  begin(active: ActiveFault): void;
  close(): void;
}

function createConnection(client: Socket, upstream: { readonly host?: string; readonly port: number }, faults: ReadonlySet<ActiveFault>): Connection {
  const service = connect({ host: upstream.host ?? '127.0.0.1', port: upstream.port, allowHalfOpen: true, noDelay: true });
  const end = new AbortController();
  const close = (): void => {
    end.abort();
    client.destroy();
    service.destroy();
  };
  for (const socket of [client, service]) socket.on('error', close);
  client.on('close', () => service.destroyed && close());
  service.on('close', () => client.destroyed && close());
  const common = { faults, closed: end.signal, close };
  void passDirection({ ...common, source: client, target: service, direction: 'up' });
  void passDirection({ ...common, source: service, target: client, direction: 'down' });
  const begin = ({ fault, lifted }: ActiveFault): void => {
    if (fault.kind === 'reset_peer') later(fault.afterMs ?? 0, lifted, end.signal, () => {
      client.resetAndDestroy();
      close();
    });
    if (fault.kind === 'timeout' && fault.afterMs > 0) later(fault.afterMs, lifted, end.signal, close);
    if (fault.kind === 'half_close') (fault.direction === 'up' ? service : client).end();
  };
  for (const active of faults) begin(active);
  return { closed: end.signal, begin, close };
}

function later(delayMs: number, lifted: AbortSignal, closed: AbortSignal, act: () => void): void {
  const timer = setTimeout(act, delayMs);
  for (const signal of [lifted, closed]) signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
}
