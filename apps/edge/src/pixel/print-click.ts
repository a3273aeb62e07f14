import { type Agent, type EmailHashes, jsonMembers, type Place, type Problem, type Subject } from '@hookline/core';
import type { Pixel } from '@hookline/store';

/** A click on a link of ours, as far as its event tells of it. */
export interface Click {
  readonly pixel: Pixel;
  readonly eventType: string;
  readonly profileId: string | null;
  readonly hashes: EmailHashes | null;
  /** Raw JSON of an object that was parsed strictly before, or null. */
  readonly eventData: string | null;
  readonly target: string;
  readonly ip: string | null;
  readonly place: Place | null;
  readonly agent: Agent | null;
}

/** The event of a click as JSON text. What the link itself says of the event wins over what we see. `subjects` are those of its event type. */
export function printClick(click: Click, nowMs: number, subjects: readonly Subject[]): string {
  const { pixel } = click;
  const seen = {
    link_url: click.target,
    ...(subjects.includes('pixel') ? { pixel_id: pixel.id } : null),
    ...(click.ip === null ? null : { ip: click.ip }),
    ...click.place,
    ...click.agent,
  };
  const envelope = JSON.stringify({ event_type: click.eventType, event_date: new Date(nowMs).toISOString(), ...(click.profileId === null ? null : { profile_id: click.profileId }), ...click.hashes, list_id: pixel.databaseId });
  return `${envelope.slice(0, -1)},"event_data":${withMissing(click.eventData ?? '{}', seen)}}`;
}

/** The object text with those members added that it does not have. */
function withMissing(text: string, members: Readonly<Record<string, unknown>>): string {
  const own = jsonMembers(text);
  const names = new Set(own.map(({ key }) => key));
  const added = Object.entries(members).filter(([name]) => !names.has(name)).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const [first] = own;
  const last = own.at(-1);
  const inner = first === undefined || last === undefined ? [] : [text.slice(first.keyStart, last.valueEnd)];
  return `{${[...inner, ...added].join()}}`;
}

/** Problems of the event as problems of the link it was made from: the link has the event's own members, and no others. */
export const linkProblems = (problems: readonly Problem[]): Problem[] => problems.map((problem) => ({ ...problem, path: /^\/(event_data|event_type|profile_id)(\/|$)/.test(problem.path) ? problem.path : '' }));
