import type { EdgeDeps } from '../edge-deps.ts';
import type { SentEventStreams } from '../http/sent-events.ts';
import type { PageCursors } from '../paging/page-cursor.ts';
import type { Serving } from '../route/register-routes.ts';
import type { VersionLock } from './version-lock.ts';

/** What the routes share. */
export interface RouteContext extends EdgeDeps, Pick<Serving, 'budget' | 'logFailure'> {
  readonly cursors: PageCursors;
  readonly lock: VersionLock;
  readonly streams: SentEventStreams;
  /** Whether events have come in lately: bulk work then takes less for itself. */
  readonly isTakingEvents: () => boolean;
  /** `<prefix>_…`, random. */
  readonly newId: (prefix: string) => string;
}
