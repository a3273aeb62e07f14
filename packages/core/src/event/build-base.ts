import { FIELD, IS_DELIVERED } from './event-fields.ts';
import type { MemberRecord } from '../json/object-shape.ts';

/**
 * `EventRow.base` of an event: its delivered members in the order sent, each with its own bytes, white space between them left out, without the closing brace.
 * `sends_trying_num` is there only when it is above 0 (contract.md 3.1). Members that stand side by side without white space are taken in one slice.
 */
export function buildBase(text: string, envelope: MemberRecord): string {
  let base = '{';
  let runStart = -1;
  let runEnd = -1;
  for (let at = 0; at < envelope.count; at++) {
    const code = envelope.order[at] as number;
    if (!IS_DELIVERED[code] || (code === FIELD.sends_trying_num && envelope.integers[code] === 0)) continue;
    const keyStart = envelope.keyStart[code] as number;
    const keyEnd = envelope.keyEnd[code] as number;
    const valueStart = envelope.valueStart[code] as number;
    const isCompact = valueStart === keyEnd + 1;
    if (runStart !== -1 && (!isCompact || keyStart !== runEnd + 1)) {
      base += `${text.slice(runStart, runEnd)},`;
      runStart = -1;
    }
    if (!isCompact) base += `${text.slice(keyStart, keyEnd)}:`;
    if (runStart === -1) runStart = isCompact ? keyStart : valueStart;
    runEnd = envelope.valueEnd[code] as number;
  }
  return base + text.slice(runStart, runEnd);
}
