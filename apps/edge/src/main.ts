// The edge as a process of its own on Node: `node src/main.ts`.
import { startEdgeServer } from './entry/node.ts';
import { runEdge } from './run/run-edge.ts';

await runEdge({ start: startEdgeServer });
