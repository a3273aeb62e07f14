import type { ScanLimits } from '../json/json-lexer.ts';
import { JsonScanner } from '../json/json-scanner.ts';
import { LIMITS } from '../json/limits.ts';
import { refusal } from '../json/problem-status.ts';
import { type Batch, type BatchForm, readBatch } from '../json/read-batch.ts';
import type { Parsed } from '../problem/problem.ts';
import type { EventContext, ParsedEvent } from './event-context.ts';
import { createEventRecords } from './event-fields.ts';
import { EventReader } from './event-reader.ts';

const EVENT_LIMITS: ScanLimits = { itemBytesMax: LIMITS.eventBytesMax, nodesMax: LIMITS.eventNodesMax, stringBytesMax: LIMITS.stringBytesMax, tooLargeCode: 'event_too_large' };

/** Scratch memory of the door, made once: it costs more than scanning an event. Parsing is synchronous and leaves nothing in it. */
const RECORDS = createEventRecords();
const SCANNER = new JsonScanner(EVENT_LIMITS, RECORDS.shape);

/**
 * The door: a request body becomes events. Either the body as a whole is refused and nothing of it counts, or each event has a draft or its own problems.
 * Nothing is parsed with `JSON.parse` but strings with escapes: the event's own bytes go on into `EventRow.base`.
 *
 * Slices share memory with the decoded body, so a draft keeps its whole body alive until its strings are copied out.
 */
export function parseEvents(body: Uint8Array, form: BatchForm, context: EventContext): Parsed<Batch<ParsedEvent>> {
  if (body.length > LIMITS.bodyBytesMax) return refusal([{ path: '', code: 'body_too_large', message: `The body has more than ${LIMITS.bodyBytesMax} bytes.` }]);
  const parsed = readBatch(body, form, LIMITS.batchEventsMax, SCANNER, new EventReader(RECORDS, context));
  SCANNER.close();
  return parsed;
}
