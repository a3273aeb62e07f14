import { randomBytes } from 'node:crypto';
import { NEW_ID_BYTES, newId } from '@hookline/core';
import { Hono } from 'hono';
import { profileImportRoute } from './compat/profile-import-route.ts';
import { registerConsole } from './console/register-console.ts';
import type { EdgeDeps } from './edge-deps.ts';
import { createByteBudget, type ByteBudget } from './http/byte-budget.ts';
import { createRequestIds } from './http/request-id.ts';
import { createIngest, type Ingest } from './ingest/ingest-events.ts';
import { EDGE_LIMITS } from './limits.ts';
import { createEdgeMetrics, type EdgeMetrics } from './metrics.ts';
import { buildOpenApi, type OpenApiDocument } from './operations/build-open-api.ts';
import { operationRoutes } from './operations/operation-routes.ts';
import { createPageCursors } from './paging/page-cursor.ts';
import { createVisitorDoors, type VisitorDoors } from './pixel/create-visitor-doors.ts';
import { goalRegistrationRoute } from './pixel/goal-registration.ts';
import { linkRoutes } from './pixel/link-routes.ts';
import { pixelRoutes } from './pixel/pixel-routes.ts';
import { visitorRoutes } from './pixel/visitor-routes.ts';
import { registerFallbacks, registerRoutes } from './route/register-routes.ts';
import { registerVisitorRoutes } from './route/visitor-route.ts';
import { accountRoutes } from './routes/account-routes.ts';
import { auditRoutes } from './routes/audit-routes.ts';
import { catalogRoutes } from './routes/catalog-routes.ts';
import { contentRoutes } from './routes/content-routes.ts';
import { deliveryRoutes } from './routes/delivery-routes.ts';
import { dryRunRoutes } from './routes/dry-run-routes.ts';
import { createSentEventStreams } from './http/sent-events.ts';
import { exportRoutes } from './routes/export-routes.ts';
import { eventLogRoutes } from './routes/event-log-routes.ts';
import { eventRoutes } from './routes/event-routes.ts';
import { eventTypeRoutes } from './routes/event-type-routes.ts';
import { fieldRoutes } from './routes/field-routes.ts';
import { hookImportRoutes } from './routes/hook-import-routes.ts';
import { hookRoutes } from './routes/hook-routes.ts';
import { profileRoutes } from './routes/profile-routes.ts';
import type { RouteContext } from './routes/route-context.ts';
import { subscriptionStatusRoutes } from './routes/subscription-status-routes.ts';
import { tokenRoutes } from './routes/token-routes.ts';
import { userRoutes } from './routes/user-routes.ts';
import { createVersionLock } from './routes/version-lock.ts';
import { createFirstUserLink } from './session/first-user.ts';
import { createOidcClient } from './session/oidc-client.ts';
import { oidcRoutes } from './session/oidc-routes.ts';
import { sessionRoutes } from './session/session-routes.ts';
import { registerInnerDoor } from './shards/inner-door.ts';
import { createSessions } from './session/sessions.ts';
import { createSignInRate } from './session/sign-in-rate.ts';

/** The edge without a listener: `app.fetch` serves everything on any runtime; `ingest` is the way past Hono for a server with a hot route of its own. */
export interface Edge {
  readonly app: Hono;
  readonly ingest: Ingest;
  /** The ways past Hono for pixels and clicks. */
  readonly doors: VisitorDoors;
  readonly openApi: OpenApiDocument;
  readonly budget: ByteBudget;
  readonly metrics: EdgeMetrics;
  readonly nextRequestId: () => string;
  /** The path of the one-time link that makes the first user; null when the console is not served, or somebody can sign in. */
  readonly firstUserPath: () => Promise<string | null>;
  /** A bug in serving a request, for the log. */
  readonly logFailure: (error: unknown) => void;
  /** Ends what goes on after its answer has begun: the process stops. */
  readonly endStreams: () => void;
}

/** A new id with 128 random bits. */
export const randomId = (prefix: string): string => newId(prefix, randomBytes(NEW_ID_BYTES));

export async function createEdge(deps: EdgeDeps): Promise<Edge> {
  const budget = createByteBudget(deps.config.bytesInFlightMax ?? EDGE_LIMITS.bytesInFlightMax);
  const metrics = createEdgeMetrics(deps.metrics, { bytesInFlight: budget.inFlight, logLinesDropped: deps.logger.linesDropped });
  const nextRequestId = createRequestIds();
  const logFailure = (error: unknown): void => deps.logger.log('error', 'a request failed', { error: String(error), stack: error instanceof Error ? (error.stack ?? '').slice(0, 600) : '' });
  const ingest = createIngest(deps, metrics);
  const doors = await createVisitorDoors(deps, { metrics, budget, logFailure });
  const streams = createSentEventStreams(deps.clock);
  const context: RouteContext = { ...deps, budget, cursors: createPageCursors(await deps.control.keys.getOrCreate('cursor_key')), lock: createVersionLock(), isTakingEvents: ingest.isBusy, newId: randomId, streams, logFailure };
  const sessions = createSessions({ control: deps.control, clock: deps.clock, publicUrl: deps.config.publicUrl ?? null });
  const rate = createSignInRate(deps.clock.monotonic);
  const firstUser = createFirstUserLink(deps.control);
  const routes = [
    ...eventRoutes(context, ingest), ...eventLogRoutes(context), ...hookRoutes(context), ...exportRoutes(context), ...hookImportRoutes(context), ...dryRunRoutes(context), ...deliveryRoutes(context), ...catalogRoutes(context), ...profileRoutes(context), ...contentRoutes(context),
    ...eventTypeRoutes(context), ...accountRoutes(context), ...tokenRoutes(context), ...pixelRoutes(context, doors.directory), ...linkRoutes(context, doors.directory, deps.config.publicUrl ?? null), goalRegistrationRoute(context, doors.shared), ...userRoutes(context), ...auditRoutes(context), ...subscriptionStatusRoutes(context), ...fieldRoutes(context), profileImportRoute(context),
    ...sessionRoutes(context, { sessions, firstUser, rate }), ...oidcRoutes(context, { client: deps.config.oidc ? createOidcClient(deps.config.oidc) : null, sessions, rate }),
  ];
  const ofVisitors = visitorRoutes(doors);
  const descriptions = ofVisitors.map((route) => route.description);
  const all = [...routes, ...operationRoutes(deps, [...descriptions, ...routes])];
  const serving = { deps, sessions, budget, metrics, nextRequestId, logFailure };
  const app = new Hono();
  registerVisitorRoutes(app, ofVisitors, serving);
  registerRoutes(app, all, serving);
  if (deps.inner) registerInnerDoor(app, deps.inner);
  const described = [...descriptions, ...all];
  const hasConsole = registerConsole(app, deps.config.consoleFolder ?? null, metrics);
  registerFallbacks(app, described, serving);
  const firstUserPath = async (): Promise<string | null> => {
    const secret = hasConsole ? await firstUser.secret() : null;
    return secret === null ? null : `/welcome#${secret}`;
  };
  return { app, ingest, doors, openApi: buildOpenApi(described, deps.config.version), budget, metrics, nextRequestId, firstUserPath, logFailure, endStreams: () => streams.close() };
}
