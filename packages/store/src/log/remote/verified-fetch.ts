// fetch for the libSQL client on an undici pool of its own. Every new connection may lead to another server process, or to the same one after a restart in which it
// forgot its settings: so nothing is sent on a connection before the durability of what it leads to has been verified.
import { Agent, buildConnector } from '#undici';

const CONNECTIONS_MAX = 8;
const CONNECT_TIMEOUT_MS = 5_000;

export interface VerifiedFetch {
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

export function createVerifiedFetch(verify: () => Promise<void>): VerifiedFetch {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS });
  const agent = new Agent({
    connections: CONNECTIONS_MAX,
    connect(options, callback) {
      connect(options, (error, socket) => {
        if (error) return callback(error, null);
        verify().then(
          () => callback(null, socket),
          (cause: unknown) => {
            socket.destroy();
            callback(cause instanceof Error ? cause : new Error(String(cause)), null);
          },
        );
      });
    },
  });
  return {
    async fetch(request) {
      const { origin, pathname, search } = new URL(request.url);
      const answer = await agent.request({
        origin,
        path: pathname + search,
        method: request.method as 'GET' | 'POST',
        headers: Object.fromEntries(request.headers),
        body: request.body === null ? null : Buffer.from(await request.arrayBuffer()),
        signal: request.signal,
      });
      return new Response(await answer.body.arrayBuffer(), { status: answer.statusCode, headers: new Headers(answer.headers as Record<string, string>) });
    },
    close: () => agent.destroy(),
  };
}
