import type { Subject } from '../hook/hook.ts';

export type EventFamily = 'email' | 'sms' | 'push' | 'messenger' | 'import' | 'platform' | 'pixel' | 'segment' | 'promocode' | 'profile';

/** What `event_data` looks like (contract.md 3.2, 3.4). The door checks the types of the keys that are known of it. */
export type EventStructure =
  | 'tracking' | 'delivery' | 'subscription_status' | 'pixel' | 'import' | 'segment' | 'promocode' | 'profile' | 'campaign_launch' | 'profile_merge' | 'profile_split';

/** One row of the registry of event types. */
export interface EventTypeRow {
  readonly eventType: string;
  readonly family: EventFamily;
  readonly structure: EventStructure;
  /** As people see it. */
  readonly label: string;
  readonly description: string;
  /** `assumed`: no public page names it; an account can correct it by a row of its own. */
  readonly status: 'documented' | 'assumed';
  /** What the event's filters can look at. */
  readonly subjects: readonly Subject[];
  /** Whether a historical export can hold it. */
  readonly exportable: boolean;
  /** A full example event as JSON text, ready to be posted with an account's token. Its ids are made up. */
  readonly sample: string;
}
