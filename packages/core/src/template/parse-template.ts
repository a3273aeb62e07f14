import type { Parsed, Problem } from '../problem/problem.ts';
import { isTemplateName, nearestTemplateName } from './template-names.ts';
import type { TemplateName } from './template-names.ts';

/** A piece of a custom data value: text as it is, or a template to fill in. Two texts never stand side by side. */
export type TemplatePart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'name'; readonly name: TemplateName };

/** More wrong names in one value are not told one by one. */
const PROBLEMS_PER_VALUE_MAX = 10;
/** How much of a wrong name is repeated to its sender. */
const SHOWN_CHARS_MAX = 40;

/**
 * Reads a custom data value, once, when its hook is saved. `{{` up to the next `}}` must hold a template's name, spaces around it allowed; anything else there
 * is `template_unknown`. A `{{` that is never closed and a `}}` that was never opened are text. What a template is replaced by is never read again.
 */
export function parseTemplate(text: string): Parsed<readonly TemplatePart[]> {
  const parts: TemplatePart[] = [];
  const unknown = new Map<string, Problem>();
  let from = 0;
  while (from < text.length) {
    const open = text.indexOf('{{', from);
    const close = open < 0 ? -1 : text.indexOf('}}', open + 2);
    if (close < 0) break;
    if (open > from) parts.push({ kind: 'text', text: text.slice(from, open) });
    const name = withoutSpaces(text.slice(open + 2, close));
    if (isTemplateName(name)) parts.push({ kind: 'name', name });
    else if (unknown.size < PROBLEMS_PER_VALUE_MAX) unknown.set(name, unknownTemplate(name));
    from = close + 2;
  }
  if (unknown.size > 0) return { ok: false, status: 422, problems: [...unknown.values()] };
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return { ok: true, value: parts };
}

function unknownTemplate(name: string): Problem {
  const shown = name.length > SHOWN_CHARS_MAX ? `${name.slice(0, SHOWN_CHARS_MAX).toWellFormed()}…` : name;
  return { path: '', code: 'template_unknown', message: `there is no template {{${shown}}}; the nearest is {{${nearestTemplateName(name)}}}` };
}

/** Spaces only: a tab or a line break inside the braces is a slip. */
function withoutSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === ' ') start++;
  while (end > start && text[end - 1] === ' ') end--;
  return text.slice(start, end);
}
