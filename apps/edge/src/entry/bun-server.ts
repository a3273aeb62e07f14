import { EDGE_LIMITS } from '../limits.ts';
import type { RunningServer, ServerOptions } from '../run/run-edge.ts';
import { createWebServing } from './serve-web.ts';

interface BunServer {
  readonly port: number;
  requestIP(request: Request): { readonly address: string } | null;
  stop(closeConnections: boolean): Promise<void>;
}

/** What is used of Bun's own. */
declare const Bun: {
  serve(options: { readonly hostname: string; readonly port: number; readonly idleTimeout: number; readonly maxRequestBodySize: number; readonly fetch: (request: Request, server: BunServer) => Promise<Response> }): BunServer;
};

/** Streamed bodies have no end; ours are counted while they are read. */
const BODY_BYTES_MAX = Number.MAX_SAFE_INTEGER;

/** The edge on Bun's own server. */
export async function startBunServer({ edge, host, port }: ServerOptions): Promise<RunningServer> {
  const serving = createWebServing(edge);
  const server = Bun.serve({
    hostname: host, port, idleTimeout: EDGE_LIMITS.keepAliveTimeoutMs / 1_000, maxRequestBodySize: BODY_BYTES_MAX,
    fetch: (request, bun) => serving.serve(request, { address: bun.requestIP(request)?.address ?? null, place: null }),
  });
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    port: server.port,
    async close(timeoutMs) {
      await serving.drain(timeoutMs);
      await server.stop(true);
    },
  };
}
