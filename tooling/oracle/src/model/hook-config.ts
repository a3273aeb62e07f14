import type { FilterName } from './event-types.ts';

/** A hook as `POST /v1/hooks` takes it: the parts that the oracle reads, and the destination, which it only passes on. */
export interface HookConfig {
  readonly name: string;
  readonly database_id: number | null;
  readonly events: readonly string[];
  readonly filters?: Readonly<Partial<Record<FilterName, readonly number[]>>>;
  readonly custom_data?: { readonly fields: readonly string[]; readonly template: Readonly<Record<string, string>> };
  readonly include_event_id?: boolean;
  readonly request: Readonly<Record<string, unknown>> & { readonly type: 'http' | 'rabbitmq_queue' | 'rabbitmq_exchange' | 'kafka' };
}
