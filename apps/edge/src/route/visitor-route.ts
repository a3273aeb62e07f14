import type { Hono } from 'hono';
import type { EdgeMetrics } from '../metrics.ts';
import { answerBare } from '../pixel/visitor-doors.ts';
import { type Connection, NO_CONNECTION, type VisitorAnswer, type VisitorRequest } from '../pixel/visitor-request.ts';
import { honoPath } from './register-routes.ts';
import type { RouteDescription } from './route.ts';

/** A route for visitors' browsers: no token, no JSON, no bodies in refusals. Described like the others, so that it is documented like them. */
export interface VisitorRoute {
  readonly description: RouteDescription;
  answer(request: VisitorRequest): Promise<VisitorAnswer>;
}

/** What the entry of a runtime hands to `app.fetch` as its environment. */
export interface EdgeEnv {
  readonly connection?: Connection;
}

export function registerVisitorRoutes(app: Hono, routes: readonly VisitorRoute[], { metrics, logFailure }: { readonly metrics: EdgeMetrics; readonly logFailure: (error: unknown) => void }): void {
  for (const { description, answer } of routes) {
    app.on(description.method.toUpperCase(), honoPath(description.path), async (context) => {
      const { connection } = (context.env ?? {}) as EdgeEnv;
      const answered = await answer(visitorRequest(context.req.raw, connection ?? NO_CONNECTION)).catch((error: unknown) => {
        logFailure(error);
        return answerBare(500);
      });
      metrics.countRequest(description.id, answered.status);
      return new Response(answered.body, { status: answered.status, headers: answered.headers });
    });
  }
}

function visitorRequest(request: Request, connection: Connection): VisitorRequest {
  const { url } = request;
  return {
    ...connection,
    method: request.method,
    target: url.slice(url.indexOf('/', url.indexOf('//') + 2)),
    header: (name) => request.headers.get(name),
    body: request.body,
  };
}
