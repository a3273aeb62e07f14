import { jsonMembers } from '../json/json-members.ts';

const KEY = '"event_date"';
const QUOTE = 34;

/** The text of `event_date` in a row's `base`: the row's own number is cut to milliseconds. Throws when there is none, which the door does not let through. */
export function eventDateText(base: string): string {
  return nearBeginning(base) ?? amongMembers(base);
}

/** The usual case, without a walk through the whole event: no object opens before the member, so it is the event's own. A word that is followed by `:` is a key. */
function nearBeginning(base: string): string | undefined {
  const at = base.indexOf(KEY);
  const nested = base.indexOf('{', 1);
  if (at < 0 || (nested >= 0 && nested < at)) return undefined;
  const start = at + KEY.length + 2;
  if (base[start - 2] !== ':' || base.charCodeAt(start - 1) !== QUOTE) return undefined;
  const text = base.slice(start, base.indexOf('"', start));
  return text.includes('\\') ? undefined : text;
}

function amongMembers(base: string): string {
  const member = jsonMembers(base).find(({ key }) => key === 'event_date');
  if (member === undefined) throw new SyntaxError('the event has no event_date');
  return JSON.parse(base.slice(member.valueStart, member.valueEnd)) as string;
}
