/** The thirteen templates of custom data (contract section 4), in the order in which people see them. */
export const TEMPLATE_NAMES = [
  'uuid', 'event_date', 'event_date_ymd', 'event_date_rfc3339', 'event_date_unix', 'event_date_unixnano',
  'campaign_name', 'campaign_subid', 'database_name', 'segment_name', 'message_name', 'message_subject', 'resource_name',
] as const;

export type TemplateName = (typeof TEMPLATE_NAMES)[number];

const KNOWN: ReadonlySet<string> = new Set(TEMPLATE_NAMES);

export function isTemplateName(text: string): text is TemplateName {
  return KNOWN.has(text);
}

/** Longer words are compared by their beginning: no name is this long, and the comparison is quadratic. */
const COMPARED_CHARS_MAX = 40;

/** The template whose name takes the least change to get to from `text`, case and spaces aside. */
export function nearestTemplateName(text: string): TemplateName {
  const word = text.trim().toLowerCase().slice(0, COMPARED_CHARS_MAX);
  let nearest: TemplateName = TEMPLATE_NAMES[0];
  let least = Infinity;
  for (const name of TEMPLATE_NAMES) {
    const change = changeBetween(word, name);
    if (change < least) [nearest, least] = [name, change];
  }
  return nearest;
}

/** A letter left out is a smaller slip than a wrong one: `subject` means `message_subject`, not `uuid`. */
const MISSING = 1;
const WRONG = 2;

/** Weighted Levenshtein distance. */
function changeBetween(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column * MISSING);
  for (let row = 1; row <= from.length; row++) {
    const current = [row * WRONG];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (above[column - 1] as number) + (from[row - 1] === to[column - 1] ? 0 : WRONG);
      current.push(Math.min(replaced, (above[column] as number) + WRONG, (current[column - 1] as number) + MISSING));
    }
    above = current;
  }
  return above[to.length] as number;
}
