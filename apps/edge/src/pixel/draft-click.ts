import { type EventContext, type EventDraft, jsonMembers, type Agent, parseEvents, type Parsed, type Place, type Problem } from '@hookline/core';
import type { Pixel } from '@hookline/store';

/** A click on a link of ours, as far as the event tells of it. */
export interface Click {
  readonly pixel: Pixel;
  readonly eventType: string;
  readonly profileId: string | null;
  /** Raw JSON of an object that was parsed strictly before, or null. */
  readonly eventData: string | null;
  readonly target: string;
  readonly ip: string | null;
  readonly place: Place | null;
  readonly agent: Agent | null;
}

const ENCODER = new TextEncoder();
const DATA_PATH = '/event_data';

/** The event of a click, through the same door as any other. What the link itself says of the event wins over what we see. */
export function draftClick(click: Click, context: Pick<EventContext, 'nowMs' | 'eventType'>): Parsed<EventDraft> {
  const { pixel } = click;
  const subjects = context.eventType(pixel.accountId, click.eventType)?.subjects ?? [];
  const seen = {
    link_url: click.target,
    ...(subjects.includes('pixel') ? { pixel_id: pixel.id } : null),
    ...(click.ip === null ? null : { ip: click.ip }),
    ...click.place,
    ...click.agent,
  };
  const envelope = {
    event_type: click.eventType, event_date: new Date(context.nowMs).toISOString(), ...(click.profileId === null ? null : { profile_id: click.profileId }), list_id: pixel.databaseId, account_id: pixel.accountId, is_test: false,
  };
  const text = `${JSON.stringify(envelope).slice(0, -1)},"event_data":${withMissing(click.eventData ?? '{}', seen)}}`;
  const parsed = parseEvents(ENCODER.encode(text), 'json', { ...context, tokenAccountId: pixel.accountId, headerAccountId: null, accountExists: () => true });
  if (!parsed.ok) return { ...parsed, problems: parsed.problems };
  const [event] = parsed.value.items;
  if (event === undefined || !event.ok) return { ok: false, status: event?.status ?? 422, problems: event?.problems ?? [] };
  return { ok: true, value: event.draft };
}

/** The object text with those members added that it does not have. */
function withMissing(text: string, members: Readonly<Record<string, unknown>>): string {
  const own = jsonMembers(text);
  const names = new Set(own.map(({ key }) => key));
  const added = Object.entries(members).filter(([name]) => !names.has(name)).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const first = own[0];
  const last = own.at(-1);
  const inner = first === undefined || last === undefined ? [] : [text.slice(first.keyStart, last.valueEnd)];
  return `{${[...inner, ...added].join()}}`;
}

/** Problems of an event as problems of what it was made from: those of the event's own data keep their place. */
export const linkProblems = (problems: readonly Problem[]): Problem[] => problems.map((problem) => ({ ...problem, path: problem.path.startsWith(DATA_PATH) || problem.path === '/event_type' || problem.path === '/profile_id' ? problem.path : '' }));
