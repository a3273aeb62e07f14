import type { Actor, AuditInput } from '@hookline/store';
import type { RouteContext } from './route-context.ts';

/** What an audit entry is about, besides who and when. */
export interface Audited {
  readonly accountId: number;
  readonly actor: Actor;
  /** `<kind of object>.<what was done>` */
  readonly action: `${string}.${string}`;
  readonly objectId: string;
  /** As the API shows it, without secrets; null = it was not there. */
  readonly before: unknown;
  /** null = it is gone. */
  readonly after: unknown;
}

/** An entry to hand to the store together with the change. */
export function auditEntry(context: Pick<RouteContext, 'clock'>, audited: Audited): AuditInput {
  return { ...audited, at: context.clock.now(), objectKind: audited.action.slice(0, audited.action.indexOf('.')) };
}
