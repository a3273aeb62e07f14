// The edge on Bun: `bun --conditions=source src/entry/bun.ts`.
import { runEdge } from '../run/run-edge.ts';
import { startBunServer } from './bun-server.ts';

await runEdge({ start: startBunServer, fetch: globalThis.fetch });
