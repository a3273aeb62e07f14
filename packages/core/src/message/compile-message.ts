import type { EventRow } from '../event/log-row.ts';
import type { HookSelection } from '../hook/hook.ts';
import type { Ids } from '../ids/ids.ts';
import { catalogIdOf } from './catalog-names.ts';
import type { CatalogKey, NamedKind } from './catalog-names.ts';
import { compileCustomData } from './compile-custom-data.ts';
import { baseWithoutProfile, profileValues } from './profile-values.ts';
import type { NameLookup } from './template-value.ts';
import { exceedsUtf8Bytes } from './utf8-byte-length.ts';

/** A rendered message is never bigger (bad-input D5); an event with the largest content is well below. UTF-8. */
export const MESSAGE_BYTES_MAX = 1024 * 1024;
/** A failure's message is one line for people. */
const REASON_CHARS_MAX = 300;

export interface MessageSource {
  readonly hookId: string;
  readonly selection: HookSelection;
  readonly ids: Ids;
}

/**
 * What the store knows of the event's profile at this moment, by (`databaseId`, `profileId`). `absent` = there never was one, or the event names none; `fields` is
 * the raw JSON of the stored object.
 */
export type RenderProfile = { readonly kind: 'stored'; readonly fields: string } | { readonly kind: 'deleted' } | { readonly kind: 'absent' };

/** Everything a message is made of besides the event and the hook's selection. */
export interface RenderContext {
  readonly profile: RenderProfile;
  readonly name: NameLookup;
  /** Raw JSON of the message content; null = there is none (any more). */
  readonly content: string | null;
  /** An export's messages carry no content. */
  readonly forExport: boolean;
}

export type RenderedMessage =
  | { readonly kind: 'ok'; readonly body: string }
  | { readonly kind: 'failed'; readonly code: 'render_too_large' | 'render_failed'; readonly message: string };

/** What has to be looked up before messages of this selection can be rendered. */
export interface RenderNeeds {
  /** Whether a stored profile's fields are read. Whether the profile is deleted has to be known for every hook: it is then null in the event's own members. */
  readonly profile: boolean;
  readonly names: readonly NamedKind[];
  readonly content: boolean;
}

export interface CompiledMessage {
  readonly needs: RenderNeeds;
  /** The catalog entries that this event's message reads, each once. */
  namesOf(row: EventRow): readonly CatalogKey[];
  /** Pure: the same row and context give the same bytes. Never throws for what a row or a context holds. */
  render(row: EventRow, context: RenderContext): RenderedMessage;
}

/** How one hook's selection turns events into messages. Throws HooklineError `invariant_broken` for a template that could not have been saved. */
export function compileMessage({ hookId, selection, ids }: MessageSource): CompiledMessage {
  const customData = compileCustomData(selection.customData, hookId, ids);
  const { includeContent, includeEventId } = selection;
  const names = customData?.names ?? [];

  /** The message, or null when it is too large. */
  function bodyOf(row: EventRow, context: RenderContext): string | null {
    const deleted = context.profile.kind === 'deleted';
    let body = deleted ? baseWithoutProfile(row.base) : row.base;
    // An event id needs no escape: the door lets only [A-Za-z0-9_.:-] through.
    if (includeEventId) body += `,"event_id":"${row.eventId}"`;
    const custom = row.customData ?? customData?.render(row, fieldsOf(row, context.profile), context.name, MESSAGE_BYTES_MAX);
    if (custom === null) return null;
    if (custom !== undefined) body += `,"custom_data":${custom}`;
    if (includeContent && context.content !== null && !context.forExport) body += `,"content":${context.content}`;
    body += '}';
    return exceedsUtf8Bytes(body, MESSAGE_BYTES_MAX) ? null : body;
  }

  /** Raw values by index; undefined = no profile. The fields of the moment stand for the stored ones as a whole, but a deleted profile has neither. */
  function fieldsOf(row: EventRow, profile: RenderProfile): readonly (string | undefined)[] | undefined {
    if (customData === null || customData.fields.size === 0 || profile.kind === 'deleted') return undefined;
    const fields = row.profile ?? (profile.kind === 'stored' ? profile.fields : null);
    return fields === null ? undefined : profileValues(fields, customData.fields);
  }

  return {
    needs: { profile: customData !== null && customData.fields.size > 0, names, content: includeContent },
    namesOf(row) {
      const keys: CatalogKey[] = [];
      // With custom data of its own the event reads no template.
      if (row.customData !== null) return keys;
      for (const kind of names) {
        const id = catalogIdOf(row, kind);
        if (id !== null) keys.push({ kind, id });
      }
      return keys;
    },
    render(row, context) {
      try {
        const body = bodyOf(row, context);
        if (body !== null) return { kind: 'ok', body };
        return { kind: 'failed', code: 'render_too_large', message: `the message has more than ${MESSAGE_BYTES_MAX} bytes` };
      } catch (error: unknown) {
        // One event that cannot be rendered must not hold the others up (bad-input D14).
        return { kind: 'failed', code: 'render_failed', message: reasonOf(error) };
      }
    },
  };
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return `the message cannot be rendered: ${text}`.replaceAll(/\s+/g, ' ').slice(0, REASON_CHARS_MAX).toWellFormed();
}
