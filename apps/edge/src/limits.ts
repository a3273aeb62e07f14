import { LIMITS } from '@hookline/core';

// Limits of the HTTP side, unit in the name. What an event, a body or a name may measure is core's (`LIMITS`), beside the scanner that enforces it.

export const EDGE_LIMITS = {
  /** All header lines of a request together. Node's parser answers 431 above it. */
  headerBytesMax: LIMITS.headerBlockBytesMax,
  headerCountMax: 100,
  /** Path and query. Above it 414; above the header block's limit the parser says 431 first. */
  urlBytesMax: 8 * 1024,
  /** Bodies being read or waiting for their commit. Above it 503: with 64 connections of 100 KB bodies Node's p99 rises above a second. */
  bytesInFlightMax: 64 * 1024 * 1024,
  headersTimeoutMs: 10_000,
  /** From the end of the headers to the end of the body. */
  bodyTimeoutMs: 30_000,
  /** Streamed bodies: longest silence, and longest time at all. */
  streamIdleTimeoutMs: 30_000,
  streamTimeoutMs: 3_600_000,
  /** A line of a streamed body: a profile and its envelope. A longer one is dropped while it is read. */
  streamedLineBytesMax: 2 * LIMITS.profileBytesMax,
  /** Whole lines that are parsed and stored together: a few milliseconds in which nothing else is served. */
  streamedStretchBytesMax: 32 * 1024,
  /** The same while events come in. */
  streamedStretchBesideEventsBytesMax: 8 * 1024,
  /** More rejections of one streamed body than this are counted, not listed, so that memory stays constant. */
  bulkItemsListedMax: 1_000,
  /** Problems listed over all events of one answer; beyond, each event has its first alone. */
  problemsListedMax: 1_000,
  keepAliveTimeoutMs: 60_000,
  /** From the end of the body to the answer. */
  answerTimeoutMs: 25_000,
  /** Events whose fate the log does not tell by then are refused: the caller sends them again, with the same ids. */
  appendTimeoutMs: 10_000,
  /** A refused body is read on for this long, so that the client sees the answer instead of a reset connection. */
  drainTimeoutMs: 500,
  drainBytesMax: 64 * 1024 * 1024,
  connectionCountMax: 20_000,
  /** Connections of one address (of IPv6: of one /64); above it the one that has been idle longest ends. Clients behind one proxy are one address. */
  connectionsOfAddressMax: 2_000,
  /** Unanswered requests above which a connection is not read from: what is pipelined beyond it waits at the client. */
  pipelinedRequestsMax: 100,
  /** Events that an account may bring in a second, on the average of `ingestBurstSec`; an installation may set another, 0 = no limit. */
  ingestEventsPerSecMax: 50_000,
  ingestBurstSec: 2,
  /** Accounts whose rate is remembered. */
  ingestRatesMax: 50_000,
  idempotencyKeyCharsMax: 255,
  pageSizeDefault: 50,
  pageSizeMax: 500,
  warningsMax: 100,
  /** `max_events_per_sec` of an export. */
  exportEventsPerSecMax: 1_000_000,
  /** Answers that go on (an export that is followed, the live tail), by all and by one account. */
  streamsMax: 200,
  streamsOfAccountMax: 20,
  streamHeartbeatMs: 15_000,
  /** Messages that wait for a reader who is slow; more are left out. */
  streamBacklogMax: 4,
  exportStreamPauseMs: 1_000,
  /** The live tail looks for new events this often, and at so many places of the log and bytes at once: what lies further back is skipped. */
  tailPauseMs: 250,
  tailPositionsMax: 2_000,
  tailBytesMax: 4 * 1024 * 1024,
  /** Events it tells at once: more than anybody reads. */
  tailEventsMax: 100,
  /** Whoever follows is asked for the right to it this often. */
  tailRightsMs: 1_000,
  /** Event types that one search names. */
  searchTypesMax: 100,
  /** Hooks in one import, and entries of each kind of the catalog that it knows by name. */
  importHooksMax: 500,
  importNamesMax: 10_000,
  /** Test sends an account may make in a minute. */
  testsPerMinuteMax: 10,
  /** A name that has not resolved by then does not hold up saving. */
  resolveTimeoutMs: 500,
} as const;
