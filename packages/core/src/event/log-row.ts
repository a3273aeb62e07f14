// What one place of the event log holds. The columns that filters need are extracted once, at the door; nothing parses JSON to match.

/** An event as the log keeps it. Ids of the platform are its own numbers; null = the event does not carry it (`segment_id` 0 is null too). */
export interface EventRow {
  readonly kind: 'event';
  readonly position: number;
  /** Log time: unix ms, never decreasing along positions. */
  readonly time: number;
  readonly accountId: number;
  /** `list_id`. */
  readonly databaseId: number | null;
  readonly eventType: string;
  readonly resourceId: number | null;
  readonly mailingId: number | null;
  readonly templateId: number | null;
  readonly segmentId: number | null;
  readonly pixelId: number | null;
  readonly profileId: string | null;
  /** `event_date` in unix ms, cut. */
  readonly eventTimeMs: number;
  /** The id as destinations see it: the caller's, or one made from shard and position. */
  readonly eventId: string;
  /**
   * The message so far, without its closing brace: every delivered member with the bytes it came with, then `account_id`, `is_test`, `_xxh`, `_md5`
   * where the event lacked them. Rendering appends `event_id`, `custom_data`, `content` and `}`.
   */
  readonly base: string;
  /** Raw JSON of the ingest-only member `profile` (fields at the moment of the event), or null. */
  readonly profile: string | null;
  /** Raw JSON of the event's own `custom_data`, or null. Replaces the hook's template as a whole. */
  readonly customData: string | null;
  /** Where the message content is looked up: `event_data.send_message_id`, or `sha256:…` of content that came with the event; null = none. */
  readonly contentRef: string | null;
}

/** An event before it has a place. `callerId` is the caller's `event_id`, null when the server makes one. */
export type EventDraft = Omit<EventRow, 'kind' | 'position' | 'time' | 'eventId'> & { readonly callerId: string | null };

/** A change of a hook at a place in the log: it holds from this position on, for whoever reads past it. */
export interface ControlRow {
  readonly kind: 'control';
  readonly position: number;
  readonly time: number;
  readonly accountId: number;
  readonly record: ControlRecord;
}

export interface ControlRecord {
  readonly hookId: string;
  readonly accountId: number;
  /** Counts the changes of this hook; a reader ignores one it has already applied. */
  readonly change: number;
  readonly action: 'version' | 'activated' | 'deactivated' | 'deleted';
  /** The selection that is valid from here on (`version`, and `activated`, which repeats the current one). */
  readonly selection?: import('../hook/hook.ts').HookSelection;
  /** `activated` only: the first position of this shard that the interval takes in; absent = from this record on. */
  readonly from?: number;
}

export type LogRow = EventRow | ControlRow;
