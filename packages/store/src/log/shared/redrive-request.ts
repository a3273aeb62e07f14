/** Dead events are to go out again, asked for by a process that does not deliver them. It stays until one that does has taken it up. */
export interface RedriveRequest {
  readonly id: number;
  readonly accountId: number;
  readonly hookId: string;
  /** The hook's own, or an export's. */
  readonly laneId: string;
  /** Of dead rows. */
  readonly ids: readonly number[];
}
