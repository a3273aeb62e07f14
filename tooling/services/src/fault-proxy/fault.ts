/** `up` = from the client to the service, `down` = what it answers. */
export type FaultDirection = 'up' | 'down';

interface OneWay {
  /** Absent = both. */
  readonly direction?: FaultDirection;
}

/** What can go wrong between a client and a service. The verbs are toxiproxy's where it has one. Byte counts are those of a connection since the fault began. */
export type Fault =
  /** Nothing listens, what was open is closed. */
  | { readonly kind: 'down' }
  | ({ readonly kind: 'latency'; readonly delayMs: number; readonly jitterMs?: number } & OneWay)
  | ({ readonly kind: 'bandwidth'; readonly bytesPerSec: number } & OneWay)
  /** The end of the stream arrives late. */
  | { readonly kind: 'slow_close'; readonly delayMs: number }
  /** Nothing passes; after `afterMs` the connection is closed. 0 = never. */
  | { readonly kind: 'timeout'; readonly afterMs: number }
  /** RST towards the client. */
  | { readonly kind: 'reset_peer'; readonly afterMs?: number }
  /** Small pieces with pauses between them. */
  | ({ readonly kind: 'slicer'; readonly sliceBytes: number; readonly delayMs: number } & OneWay)
  /** Closes after so many bytes. */
  | ({ readonly kind: 'limit_data'; readonly bytes: number } & OneWay)
  /** Passes so many bytes, then nothing, and stays open. */
  | ({ readonly kind: 'hang_after'; readonly bytes: number } & OneWay)
  /** As a route that swallows packets: connections open, nothing passes. What was under way passes when it is lifted. */
  | { readonly kind: 'blackhole' }
  /** The receiver of this direction sees the end of the stream; the other direction lives. */
  | { readonly kind: 'half_close'; readonly direction: FaultDirection }
  /** Flips all bits of one byte, the first being 0. */
  | ({ readonly kind: 'corrupt_byte'; readonly at: number } & OneWay);

export interface ActiveFault {
  readonly fault: Fault;
  readonly lifted: AbortSignal;
}

export type FaultOf<K extends Fault['kind']> = Extract<Fault, { kind: K }>;

/** The faults of this kind that hold for this direction now. */
export function activeFaults<K extends Fault['kind']>(faults: ReadonlySet<ActiveFault>, kind: K, direction: FaultDirection): (ActiveFault & { readonly fault: FaultOf<K> })[] {
  const concerns = ({ fault }: ActiveFault): boolean => fault.kind === kind && (!('direction' in fault) || fault.direction === undefined || fault.direction === direction);
  return [...faults].filter(concerns) as (ActiveFault & { readonly fault: FaultOf<K> })[];
}
