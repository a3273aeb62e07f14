import type { EventRow } from '../event/log-row.ts';
import type { TemplateName } from '../template/template-names.ts';

/** The kinds of the account's catalog that templates can name. */
export type NamedKind = 'databases' | 'resources' | 'mailings' | 'templates' | 'segments';

/** One thing in the account's catalog. */
export interface CatalogKey {
  readonly kind: NamedKind;
  readonly id: number;
}

/** What the catalog knows of it. */
export interface CatalogName {
  readonly name: string;
  readonly subid: string | null;
  readonly subject: string | null;
}

interface NameSource {
  readonly kind: NamedKind;
  readonly property: keyof CatalogName;
}

/** The templates that are names, and where each is read. "Campaign" is the wire's word for a mailing, "message" its word for a template. */
export const NAME_SOURCES = {
  campaign_name: { kind: 'mailings', property: 'name' },
  campaign_subid: { kind: 'mailings', property: 'subid' },
  database_name: { kind: 'databases', property: 'name' },
  segment_name: { kind: 'segments', property: 'name' },
  message_name: { kind: 'templates', property: 'name' },
  message_subject: { kind: 'templates', property: 'subject' },
  resource_name: { kind: 'resources', property: 'name' },
} as const satisfies Readonly<Partial<Record<TemplateName, NameSource>>>;

export type NameTemplate = keyof typeof NAME_SOURCES;

export function isNameTemplate(name: TemplateName): name is NameTemplate {
  return Object.hasOwn(NAME_SOURCES, name);
}

/** The id of the event's own thing of this kind. */
export function catalogIdOf(row: EventRow, kind: NamedKind): number | null {
  switch (kind) {
    case 'databases': return row.databaseId;
    case 'resources': return row.resourceId;
    case 'mailings': return row.mailingId;
    case 'templates': return row.templateId;
    case 'segments': return row.segmentId;
  }
}
