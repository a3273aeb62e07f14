// The edge on Deno: `deno task start`, or `deno run -A --conditions=source src/entry/deno.ts`.
import { runEdge } from '../run/run-edge.ts';
import { startDenoServer } from './deno-server.ts';

await runEdge({ start: startDenoServer });
