import { HooklineError } from '../problem/hookline-error.ts';

/** Where an event is, as its server-made id says. */
export interface EventPlace {
  /** 1–64 of `[A-Za-z0-9_-]`. */
  readonly logId: string;
  readonly shard: number;
  readonly position: number;
}

const LOG_ID = /^[A-Za-z0-9_-]{1,64}$/;
const SERVER_EVENT_ID = /^evt_([A-Za-z0-9_-]{1,64})\.(0|[1-9]\d{0,4})\.([1-9]\d{0,15})$/;

/** The id of an event that came without one: `evt_<log>.<shard>.<position>`. Destinations see it, so it says no more than the place. */
export function serverEventId(logId: string, shard: number, position: number): string {
  if (!LOG_ID.test(logId)) throw new HooklineError('invariant_broken', 'a log id is 1 to 64 of [A-Za-z0-9_-]');
  return `evt_${logId}.${shard}.${position}`;
}

/** The place that a server-made id names, or null for any other text. A caller's id may look like one: compare the whole id with the row's. */
export function parseServerEventId(id: string): EventPlace | null {
  const match = SERVER_EVENT_ID.exec(id);
  if (match === null) return null;
  const position = Number(match[3]);
  return Number.isSafeInteger(position) ? { logId: match[1] as string, shard: Number(match[2]), position } : null;
}
