import { openEdge, startEdgeServer } from '@hookline/edge';
import { consoleFolder } from '../console-folder.ts';
import type { RoleOptions, RunningRole } from './role.ts';

const LISTENER_SHARE = 0.5;

/** Takes events in and serves the API and the console; delivers nothing. */
export async function openEdgeRole({ config, version, clock, logger }: RoleOptions): Promise<RunningRole> {
  const opened = await openEdge({ settings: config, version, clock, logger, consoleFolder });
  const server = await startEdgeServer({ edge: opened.edge, host: config.host, port: config.port });
  opened.listensOn({ host: config.host, port: server.port });
  const path = await opened.edge.firstUserPath();
  return {
    url: server.url,
    notes: path === null ? [] : [`sign in to the console: make the first user on ${server.url}${path}`],
    async stop(waitMs) {
      await server.close(waitMs * LISTENER_SHARE);
      await opened.close();
    },
  };
}
