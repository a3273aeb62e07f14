import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { refuse, type Refusal } from '../http/refusal.ts';
import { EDGE_LIMITS } from '../limits.ts';
import { addressGroup } from '../pixel/client-address.ts';

// What one client may hold: so many connections, and so many unanswered requests on each. Ten thousand connections that only wait cost the client nothing and us a
// socket each; the one that waited longest makes room for the next, so that good clients behind the same address still get through.

export interface ConnectionLimits {
  /** A new connection. */
  admit(socket: Socket): void;
  /** A request that came in on it; refused = it is one too many for its connection. */
  begin(request: IncomingMessage, response: ServerResponse): Refusal | null;
}

export interface ConnectionLimitOptions {
  readonly ofAddressMax: number;
  readonly pipelinedMax: number;
}

export function createConnectionLimits({ ofAddressMax, pipelinedMax }: ConnectionLimitOptions = { ofAddressMax: EDGE_LIMITS.connectionsOfAddressMax, pipelinedMax: EDGE_LIMITS.pipelinedRequestsMax }): ConnectionLimits {
  /** By address, in the order in which they became idle or came. */
  const connections = new Map<string, Set<Socket>>();
  const unanswered = new Map<Socket, number>();
  /** Those of its address, of each connection that was let in. */
  const neighbours = new WeakMap<Socket, Set<Socket>>();

  /** The one that has been idle longest; null = all of them wait for answers of ours. */
  function idlest(sockets: ReadonlySet<Socket>): Socket | null {
    for (const socket of sockets) if ((unanswered.get(socket) ?? 0) === 0) return socket;
    return null;
  }

  return {
    admit(socket) {
      const address = addressGroup(socket.remoteAddress ?? '');
      const sockets = connections.get(address) ?? new Set();
      connections.set(address, sockets);
      if (sockets.size >= ofAddressMax) {
        const leaving = idlest(sockets) ?? socket;
        leaving.destroy();
        sockets.delete(leaving);
        if (leaving === socket) return;
      }
      sockets.add(socket);
      neighbours.set(socket, sockets);
      socket.once('close', () => {
        unanswered.delete(socket);
        sockets.delete(socket);
        if (sockets.size === 0 && connections.get(address) === sockets) connections.delete(address);
      });
    },
    begin({ socket }, response) {
      const before = unanswered.get(socket) ?? 0;
      unanswered.set(socket, before + 1);
      response.once('close', () => {
        const left = (unanswered.get(socket) ?? 1) - 1;
        if (left > 0) return void unanswered.set(socket, left);
        unanswered.delete(socket);
        // It is idle from now on, and so the last to go.
        const sockets = neighbours.get(socket);
        if (sockets?.delete(socket) === true) sockets.add(socket);
      });
      if (before < pipelinedMax) return null;
      return refuse(429, 'too_many_pipelined', `More than ${pipelinedMax} requests of this connection wait for their answers.`, '', { 'retry-after': '1' });
    },
  };
}
