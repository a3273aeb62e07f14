import type { EventRow } from '../event/log-row.ts';
import type { Ids } from '../ids/ids.ts';
import { eventDay, trimmedEventDate, unixNanoseconds, unixSeconds } from '../template/event-date-values.ts';
import type { TemplateName } from '../template/template-names.ts';
import { catalogIdOf, NAME_SOURCES } from './catalog-names.ts';
import type { CatalogName, NamedKind, NameTemplate } from './catalog-names.ts';
import { jsonTextOf } from './json-text-of.ts';

/** The catalog as it is now; undefined = it does not know this one. */
export type NameLookup = (kind: NamedKind, id: number) => CatalogName | undefined;

/** What a template is replaced by, as it stands inside a JSON string. `eventDate` is the text of `event_date`, given where `needsEventDate` says so. */
export type TemplateValue = (row: EventRow, eventDate: string, nameOf: NameLookup) => string;

/** Where a `{{uuid}}` stands. */
export interface UuidPlace {
  readonly ids: Ids;
  readonly hookId: string;
  readonly place: string;
}

const NEEDS_EVENT_DATE: ReadonlySet<TemplateName> = new Set(['event_date', 'event_date_ymd', 'event_date_rfc3339', 'event_date_unixnano']);

export function needsEventDate(name: TemplateName): boolean {
  return NEEDS_EVENT_DATE.has(name);
}

export function compileTemplateValue(name: TemplateName, { ids, hookId, place }: UuidPlace): TemplateValue {
  switch (name) {
    case 'uuid': return ({ accountId, eventId }) => ids.uuid({ accountId, eventId, hookId, place });
    case 'event_date': return (_row, eventDate) => trimmedEventDate(eventDate);
    case 'event_date_ymd': return (_row, eventDate) => eventDay(eventDate);
    case 'event_date_rfc3339': return (_row, eventDate) => eventDate;
    case 'event_date_unix': return (row) => unixSeconds(row.eventTimeMs);
    case 'event_date_unixnano': return (row, eventDate) => unixNanoseconds(row.eventTimeMs, eventDate);
    default: return compileName(name);
  }
}

/** A name is empty where the event has no such thing, and where the catalog does not know it. */
function compileName(name: NameTemplate): TemplateValue {
  const { kind, property } = NAME_SOURCES[name];
  return (row, _eventDate, nameOf) => {
    const id = catalogIdOf(row, kind);
    const value = id === null ? undefined : nameOf(kind, id)?.[property];
    return value ? jsonTextOf(value) : '';
  };
}
