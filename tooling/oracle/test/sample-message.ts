import type { OracleEvent } from '../src/model/make-event.ts';

/** The message of an event for a hook without custom_data, as contract.md 3.1 has it; `change` spoils it. */
export function sampleMessage(event: OracleEvent, change: Readonly<Record<string, unknown>> = {}): string {
  const { event_data: _, ...carried } = event.carried;
  const head = { event_id: event.id, ...carried, ...(event.ownCustomData && { custom_data: event.ownCustomData }), ...change };
  return `${JSON.stringify(head).slice(0, -1)},"event_data":${event.dataText}}`;
}
