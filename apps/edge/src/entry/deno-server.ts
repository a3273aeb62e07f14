import type { RunningServer, ServerOptions } from '../run/run-edge.ts';
import { createWebServing } from './serve-web.ts';

/** What is used of Deno's own. */
declare const Deno: {
  serve(
    options: { readonly hostname: string; readonly port: number; readonly onListen: () => void },
    handler: (request: Request, info: { readonly remoteAddr: { readonly hostname: string } }) => Promise<Response>,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> };
};

/** The edge on Deno's own server. */
export async function startDenoServer({ edge, host, port }: ServerOptions): Promise<RunningServer> {
  const serving = createWebServing(edge);
  const server = Deno.serve({ hostname: host, port, onListen() {} }, (request, info) => serving.serve(request, { address: info.remoteAddr.hostname, place: null }));
  const listening = server.addr.port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}`,
    port: listening,
    async close(timeoutMs) {
      await serving.drain(timeoutMs);
      // It would wait for connections that clients keep open.
      void server.shutdown();
    },
  };
}
