const KIB = 1024;

/**
 * What we take in at most. The one owner of these figures; documentation and messages read them from here.
 * Raising one raises the memory that a hostile request can hold: the scanner's cost is linear in the body whatever they are.
 */
export const LIMITS = {
  /** One event as it was sent, bytes. */
  eventBytesMax: 256 * KIB,
  /** Events in one array or one NDJSON body. */
  batchEventsMax: 1_000,
  /** One request body after decompression, bytes. */
  bodyBytesMax: 5 * KIB * KIB,
  /** Arrays and objects around a value, itself included. The array of a batch is framing and does not count. */
  depthMax: 32,
  objectKeysMax: 1_024,
  /** Values of one event: each scalar, array and object is one. */
  eventNodesMax: 20_000,
  /** One decoded string, bytes of UTF-8. Inside an event's `content` only the event's own limit holds. */
  stringBytesMax: 64 * KIB,
  /** One decoded key, bytes of UTF-8. */
  keyBytesMax: 256,
  /** One number as written, characters. */
  numberCharsMax: 128,
  /** `event_id` and event type, characters. */
  identifierCharsMax: 128,
  profileIdCharsMax: 128,
  /** The fields of one profile, bytes of JSON. */
  profileBytesMax: 64 * KIB,
  /** `PUT /v1/content`, bytes. */
  contentBytesMax: 512 * KIB,
  catalogNameBytesMax: KIB,
  pixelUrlBytesMax: 8 * KIB,
  /** A beacon's body, bytes. */
  beaconBytesMax: 64 * KIB,
  headerBlockBytesMax: 16 * KIB,
  /** How far in the future `event_date` may lie, ms. */
  eventAheadMsMax: 24 * 3_600_000,
  /** Problems named for one event or body; more would let a small request ask for a big answer. */
  problemsMax: 100,
  /** A path in a problem, characters; a longer one is cut to an ancestor. */
  pathCharsMax: 512,
} as const;
