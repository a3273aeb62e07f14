import type { Edge } from '../create-edge.ts';
import { refuse, type Refusal } from '../http/refusal.ts';
import { EDGE_LIMITS } from '../limits.ts';
import { answerBare } from '../pixel/visitor-doors.ts';
import { type Connection, isVisitorTarget, type VisitorAnswer } from '../pixel/visitor-request.ts';
import { printRefusal, withoutBody } from '../route/register-routes.ts';
import type { EdgeEnv } from '../route/visitor-route.ts';

const PIXEL_PREFIX = '/pixel?';

// What servers that hand over web requests have in common: the limits that Node's parser enforces for us there, and an end that finishes what it has begun.

export interface WebServing {
  serve(request: Request, connection: Connection): Promise<Response>;
  /** From now on everything is 503. Resolves when what was in flight is answered, or at the deadline. */
  drain(timeoutMs: number): Promise<void>;
}

export function createWebServing(edge: Edge): WebServing {
  let inFlight = 0;
  let closing = false;
  let idle: (() => void) | null = null;
  return {
    async serve(request, connection) {
      const target = request.url.slice(request.url.indexOf('/', request.url.indexOf('//') + 2));
      const refusal = closing ? refuse(503, 'shutting_down', 'This process is stopping.', '', { 'retry-after': '1', connection: 'close' }) : checkHead(request, target);
      if (refusal !== null) {
        const answer = printRefusal(refusal, 'unknown', edge);
        return isVisitorTarget(target) ? withoutBody(answer) : answer;
      }
      inFlight += 1;
      try {
        if (request.method === 'GET' && target.startsWith(PIXEL_PREFIX)) return await servePixel(edge, request, target, connection);
        return await edge.app.fetch(request, { connection } satisfies EdgeEnv);
      } finally {
        inFlight -= 1;
        if (inFlight === 0) idle?.();
      }
    },
    async drain(timeoutMs) {
      closing = true;
      edge.endStreams();
      if (inFlight === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}

/** As on Node, past Hono. */
async function servePixel(edge: Edge, { headers }: Request, target: string, connection: Connection): Promise<Response> {
  const asked = { address: connection.address, place: connection.place, method: 'GET', target, header: (name: string) => headers.get(name), body: null };
  let answer: VisitorAnswer;
  try {
    answer = await edge.doors.hits.hit(asked);
  } catch (error: unknown) {
    edge.logFailure(error);
    answer = answerBare(500);
  }
  edge.metrics.countRequest('firePixel', answer.status);
  return new Response(answer.body, answer);
}

/** null = fine. */
function checkHead({ headers }: Request, target: string): Refusal | null {
  if (target.length > EDGE_LIMITS.urlBytesMax) return refuse(414, 'url_too_long', `The URL has more than ${EDGE_LIMITS.urlBytesMax} bytes.`);
  let count = 0;
  let bytes = 0;
  for (const [name, value] of headers) {
    count += 1;
    bytes += name.length + value.length;
  }
  if (count > EDGE_LIMITS.headerCountMax || bytes > EDGE_LIMITS.headerBytesMax) return refuse(431, 'headers_too_large', `There are more than ${EDGE_LIMITS.headerCountMax} headers, or more than ${EDGE_LIMITS.headerBytesMax} bytes of them.`);
  return null;
}
