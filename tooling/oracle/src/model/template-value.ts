import { SUBJECT_KEYS } from './event-types.ts';
import type { Subject } from './event-types.ts';
import type { OracleEvent } from './make-event.ts';
import { catalogRow } from './world.ts';

/** Pieces of a regular expression: what each template of contract.md section 4 may become for an event. */
const VALUES: Readonly<Record<string, (event: OracleEvent) => string>> = {
  uuid: () => '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}',
  event_date: ({ date }) => {
    const digits = date.fraction.slice(0, 6).replace(/0+$/, '');
    return exactly(`${date.day}T${date.time}${digits && `.${digits}`}Z`);
  },
  event_date_ymd: ({ date }) => exactly(date.day),
  // how many digits is not said: trailing zeros may be there or not
  event_date_rfc3339: ({ date }) => `${exactly(`${date.day}T${date.time}`)}(\\.${date.fraction.replace(/0+$/, '')}0*)?Z`,
  event_date_unix: (event) => exactly(String(unixSeconds(event))),
  event_date_unixnano: (event) => exactly(`${unixSeconds(event)}${event.date.fraction}`),
  campaign_name: (event) => nameOf(event, 'mailing', 'name'),
  campaign_subid: (event) => nameOf(event, 'mailing', 'subid'),
  database_name: ({ databaseId }) => exactly(databaseId === null ? '' : (catalogRow('databases', databaseId)?.name ?? '')),
  segment_name: (event) => nameOf(event, 'segment', 'name'),
  message_name: (event) => nameOf(event, 'template', 'name'),
  message_subject: (event) => nameOf(event, 'template', 'subject'),
  resource_name: (event) => nameOf(event, 'resource', 'name'),
};

/** Every template there is, each as a value of its own. */
export const ALL_TEMPLATES: Readonly<Record<string, string>> = Object.fromEntries(Object.keys(VALUES).map((name) => [`t_${name}`, `{{${name}}}`]));

/** What a value of custom_data may be once its templates are filled in. */
export function templateValue(template: string, event: OracleEvent): RegExp {
  const pieces = template.split(/\{\{(\w+)\}\}/).map((piece, at) => (at % 2 === 0 ? exactly(piece) : (VALUES[piece] as (event: OracleEvent) => string)(event)));
  return new RegExp(`^${pieces.join('')}$`);
}

const unixSeconds = ({ date }: OracleEvent): number => Date.parse(`${date.day}T${date.time}Z`) / 1000;

function nameOf(event: OracleEvent, subject: Subject, key: 'name' | 'subid' | 'subject'): string {
  const id = event.subjects[subject];
  return exactly(id === undefined ? '' : (catalogRow(SUBJECT_KEYS[subject].filter, id)?.[key] ?? ''));
}

const exactly = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
