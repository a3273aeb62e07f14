import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { EDGE_LIMITS } from '../limits.ts';
import { addressGroup } from '../pixel/client-address.ts';

// What one client may hold: so many connections, and so many unanswered requests on each. Ten thousand connections that only wait cost the client nothing and us a
// socket each; the one that waited longest makes room for the next, so that good clients behind the same address still get through. A connection with too many
// unanswered requests is not read from until half of them have their answers: what was read already is served, so nothing is refused.

export interface ConnectionLimits {
  /** A new connection. */
  admit(socket: Socket): void;
  /** A request that came in on it. */
  begin(request: IncomingMessage, response: ServerResponse): void;
}

export interface ConnectionLimitOptions {
  readonly ofAddressMax: number;
  readonly pipelinedMax: number;
}

export function createConnectionLimits({ ofAddressMax, pipelinedMax }: ConnectionLimitOptions = { ofAddressMax: EDGE_LIMITS.connectionsOfAddressMax, pipelinedMax: EDGE_LIMITS.pipelinedRequestsMax }): ConnectionLimits {
  /** By address, in the order in which they became idle or came. */
  const connections = new Map<string, Set<Socket>>();
  const unanswered = new Map<Socket, number>();
  /** Not read from for the moment. */
  const held = new WeakSet<Socket>();
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
        if (left <= pipelinedMax / 2 && held.delete(socket)) socket.resume();
        if (left > 0) return void unanswered.set(socket, left);
        unanswered.delete(socket);
        // It is idle from now on, and so the last to go.
        const sockets = neighbours.get(socket);
        if (sockets?.delete(socket) === true) sockets.add(socket);
      });
      if (before < pipelinedMax || held.has(socket)) return;
      held.add(socket);
      socket.pause();
    },
  };
}
