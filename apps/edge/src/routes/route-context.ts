import type { EdgeDeps } from '../edge-deps.ts';
import type { PageCursors } from '../paging/page-cursor.ts';
import type { Serving } from '../route/register-routes.ts';
import type { VersionLock } from './version-lock.ts';

/** What the routes share. */
export interface RouteContext extends EdgeDeps, Pick<Serving, 'budget'> {
  readonly cursors: PageCursors;
  readonly lock: VersionLock;
  /** `<prefix>_…`, random. */
  readonly newId: (prefix: string) => string;
}
