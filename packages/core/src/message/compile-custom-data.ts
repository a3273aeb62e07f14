// A hook's custom data as a list of steps: text that never changes, with keys escaped once, and between it what an event fills in.
// Fields come first in their order, then the template's keys in theirs; a template key that is also a field's name wins, and the field is left out.
import type { EventRow } from '../event/log-row.ts';
import type { HookSelection } from '../hook/hook.ts';
import type { Ids } from '../ids/ids.ts';
import { HooklineError } from '../problem/hookline-error.ts';
import { parseTemplate } from '../template/parse-template.ts';
import type { TemplateName } from '../template/template-names.ts';
import { isNameTemplate, NAME_SOURCES } from './catalog-names.ts';
import type { NamedKind } from './catalog-names.ts';
import { eventDateText } from './event-date-text.ts';
import { jsonTextOf } from './json-text-of.ts';
import { compileTemplateValue, needsEventDate } from './template-value.ts';
import type { NameLookup, TemplateValue } from './template-value.ts';

type Step =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly index: number }
  | { readonly kind: 'template'; readonly value: TemplateValue };

export interface CompiledCustomData {
  /** Profile fields that are read: name → index. */
  readonly fields: ReadonlyMap<string, number>;
  readonly names: readonly NamedKind[];
  /**
   * The object's JSON, or null once it has more than `charsMax` characters. `fieldValues`: raw JSON by index, undefined = null; the whole undefined = no
   * profile, all null.
   */
  render(row: EventRow, fieldValues: readonly (string | undefined)[] | undefined, nameOf: NameLookup, charsMax: number): string | null;
}

/** null = the hook has no custom data. Throws HooklineError `invariant_broken` for a template that could not have been saved. */
export function compileCustomData(customData: HookSelection['customData'], hookId: string, ids: Ids): CompiledCustomData | null {
  const entries = Object.entries(customData.template);
  const fieldNames = [...new Set(customData.fields)].filter((field) => !Object.hasOwn(customData.template, field));
  if (entries.length === 0 && fieldNames.length === 0) return null;
  const steps: Step[] = [];
  let text = '{';
  const push = (step: Step): void => {
    if (text !== '') steps.push({ kind: 'text', text });
    steps.push(step);
    text = '';
  };
  const key = (name: string): string => `${steps.length === 0 && text === '{' ? '' : ','}${JSON.stringify(name)}:`;
  const fields = new Map(fieldNames.map((field, index) => [field, index]));
  for (const [field, index] of fields) {
    text += key(field);
    push({ kind: 'field', index });
  }
  const used = new Set<TemplateName>();
  for (const [name, template] of entries) {
    text += `${key(name)}"`;
    const parsed = parseTemplate(template);
    if (!parsed.ok) throw new HooklineError('invariant_broken', `hook ${hookId} has a template that cannot be read`);
    let uuidCount = 0;
    for (const part of parsed.value) {
      if (part.kind === 'text') {
        text += jsonTextOf(part.text);
        continue;
      }
      used.add(part.name);
      if (part.name === 'uuid') uuidCount += 1;
      // A {{uuid}} keeps its value when other keys or the text around it change.
      push({ kind: 'template', value: compileTemplateValue(part.name, { ids, hookId, place: `${uuidCount}:${name}` }) });
    }
    text += '"';
  }
  const tail = `${text}}`;
  const datedByText = [...used].some(needsEventDate);
  return {
    fields,
    names: [...new Set([...used].filter(isNameTemplate).map((name) => NAME_SOURCES[name].kind))],
    render(row, fieldValues, nameOf, charsMax) {
      const eventDate = datedByText ? eventDateText(row.base) : '';
      let json = '';
      for (const step of steps) {
        if (step.kind === 'text') json += step.text;
        else if (step.kind === 'field') json += fieldValues?.[step.index] ?? 'null';
        else json += step.value(row, eventDate, nameOf);
        if (json.length > charsMax) return null;
      }
      return json + tail;
    },
  };
}
