// A hook in the platform's own words becomes the body of `POST /v1/hooks`. Pure: names of catalog entries and event types are asked of the caller. Whatever cannot be
// brought over is told with its place, never guessed and never dropped in silence.

import { isRawObject, type RawObject } from '../hook/raw-object.ts';
import { jsonPointer } from '../problem/json-pointer.ts';
import type { Problem } from '../problem/problem.ts';
import { BUILT_IN_EVENT_TYPES } from '../registry/event-types.ts';
import type { HookFilters } from '../hook/hook.ts';
import { customDataOf } from './platform-custom-data.ts';
import { requestOf } from './platform-request.ts';
import { bareWord, meansAll, readList, readNumber, readSwitch, type SettingName, settingOf } from './platform-words.ts';

export interface PlatformHookContext {
  /** The account's own event types; built-in ones are known. */
  readonly ownEventTypes: readonly { readonly eventType: string; readonly label: string }[];
  /** The id that the account's catalog has under this name; null = none, or several. */
  idOf(kind: 'databases' | keyof HookFilters, name: string): number | null;
}

export interface MappedHook {
  /** The body of `POST /v1/hooks`, not yet checked. Inactive. */
  readonly hook: RawObject;
  /** What was left out or changed, with pointers into the description. */
  readonly unmapped: readonly Problem[];
}

/** One setting as it was given, and where. */
export interface Given {
  readonly value: unknown;
  readonly path: string;
}
export type Settings = Map<SettingName, Given>;
export type Tell = (path: string, code: string, message: string) => void;

/** Objects that only hold other settings: a nested description reads like a flat one. */
const GROUPS: readonly string[] = ['generalsettings', 'general', 'settings', 'requestsettings', 'request', 'connection', 'destination', 'data', 'rabbitmq', 'kafka', 'http', 'hook'];
const FILTERS = ['resources', 'mailings', 'templates', 'segments', 'pixels'] as const satisfies readonly (keyof HookFilters)[];

export function mapPlatformHook(description: unknown, context: PlatformHookContext): MappedHook {
  const unmapped: Problem[] = [];
  const tell: Tell = (path, code, message) => void unmapped.push({ path, code, message });
  if (!isRawObject(description)) {
    tell('', 'type', 'Must be an object.');
    return { hook: {}, unmapped };
  }
  const settings: Settings = new Map();
  collect(description, '', settings, tell);
  const take = (name: SettingName): Given | undefined => {
    const given = settings.get(name);
    settings.delete(name);
    return given;
  };
  const name = take('name');
  const active = take('active');
  if (active !== undefined && readSwitch(active.value) !== false) tell(active.path, 'created_inactive', 'Imported hooks are inactive: look at them, then switch them on.');
  const databaseId = databaseOf(take('database'), context, tell);
  const events = eventsOf(take('actions'), context, tell);
  const filters = filtersOf(settings, context, tell);
  const customData = customDataOf(take('customData'), tell);
  const content = take('content');
  const request = requestOf(take, tell);
  for (const [setting, { path }] of settings) tell(path, 'setting_not_used', `This kind of request has no ${setting}.`);
  return {
    hook: {
      ...(name === undefined ? {} : { name: name.value }),
      active: false,
      database_id: databaseId,
      events,
      filters,
      request,
      custom_data: customData,
      include_content: content === undefined ? false : (readSwitch(content.value) ?? false),
      // The documented body has no event id.
      include_event_id: false,
    },
    unmapped,
  };
}

function collect(object: RawObject, path: string, settings: Settings, tell: Tell): void {
  for (const [key, value] of Object.entries(object)) {
    const at = jsonPointer(path, [key]);
    const word = bareWord(key);
    if (isRawObject(value) && GROUPS.includes(word)) {
      collect(value, at, settings, tell);
      continue;
    }
    const setting = settingOf(key);
    if (setting === 'filters' && isRawObject(value)) collectFilters(value, at, settings, tell);
    else if (setting === undefined) tell(at, 'setting_unknown', `No setting is called ${JSON.stringify(key.slice(0, 64))}.`);
    else if (settings.has(setting)) tell(at, 'setting_repeated', `This is the same as ${settings.get(setting)?.path}, which counts.`);
    else settings.set(setting, { value, path: at });
  }
}

function collectFilters(filters: RawObject, path: string, settings: Settings, tell: Tell): void {
  for (const [key, value] of Object.entries(filters)) {
    const at = jsonPointer(path, [key]);
    const setting = settingOf(key);
    if (setting === undefined || !(FILTERS as readonly string[]).includes(setting)) tell(at, 'setting_unknown', `No filter is called ${JSON.stringify(key.slice(0, 64))}.`);
    else settings.set(setting, { value, path: at });
  }
}

function databaseOf(given: Given | undefined, context: PlatformHookContext, tell: Tell): number | null {
  if (given === undefined || meansAll(given.value)) return null;
  const id = idOf('databases', given.value, context);
  if (id === null) tell(given.path, 'database_unknown', 'This is neither an id nor the name of one database in the catalog; all databases are taken instead.');
  return id;
}

/** An id, a name in the catalog, or an object with either. */
function idOf(kind: 'databases' | keyof HookFilters, value: unknown, context: PlatformHookContext): number | null {
  if (isRawObject(value)) return idOf(kind, value['id'] ?? value['name'] ?? null, context);
  const number = readNumber(value);
  if (number !== undefined) return number;
  return typeof value === 'string' ? context.idOf(kind, value.trim()) : null;
}

function filtersOf(settings: Settings, context: PlatformHookContext, tell: Tell): Record<keyof HookFilters, number[]> {
  const filters: Record<keyof HookFilters, number[]> = { resources: [], mailings: [], templates: [], segments: [], pixels: [] };
  for (const kind of FILTERS) {
    const given = settings.get(kind);
    settings.delete(kind);
    if (given === undefined || meansAll(given.value)) continue;
    for (const [index, value] of readList(given.value).entries()) {
      const id = idOf(kind, value, context);
      if (id === null) tell(jsonPointer(given.path, Array.isArray(given.value) ? [index] : []), 'filter_unknown', `This is neither an id nor the name of one entry among ${kind} in the catalog.`);
      else if (!filters[kind].includes(id)) filters[kind].push(id);
    }
  }
  return filters;
}

/** Labels of the platform, with and without their family, beside the names themselves. */
const BY_LABEL: ReadonlyMap<string, string> = new Map(
  BUILT_IN_EVENT_TYPES.flatMap(({ eventType, label, family }) => [[bareWord(eventType), eventType], [bareWord(`${family} ${label}`), eventType], [bareWord(`${label} ${family}`), eventType]] as [string, string][])
    .concat(BUILT_IN_EVENT_TYPES.map(({ eventType, label }) => [bareWord(label), eventType]).reverse() as [string, string][]),
);

function eventsOf(given: Given | undefined, context: PlatformHookContext, tell: Tell): string[] {
  const events: string[] = [];
  const add = (value: unknown, path: string, family: string): void => {
    const eventType = typeof value === 'string' ? eventTypeOf(value, family, context) : undefined;
    if (eventType === undefined) tell(path, 'action_unknown', `No event type has the name or the label ${JSON.stringify(String(value).slice(0, 64))}.`);
    else if (!events.includes(eventType)) events.push(eventType);
  };
  const addAll = (value: unknown, path: string, family: string): void => {
    for (const [index, each] of readList(value).entries()) {
      const at = jsonPointer(path, Array.isArray(value) ? [index] : []);
      if (isRawObject(each)) add(each['event_type'] ?? each['action'] ?? each['name'] ?? each['label'], at, family);
      else add(each, at, family);
    }
  };
  if (given === undefined) return events;
  if (isRawObject(given.value)) for (const [family, values] of Object.entries(given.value)) addAll(values, jsonPointer(given.path, [family]), family);
  else addAll(given.value, given.path, '');
  return events;
}

/** In a family "Delivered" means that family's own. */
function eventTypeOf(text: string, family: string, context: PlatformHookContext): string | undefined {
  const word = bareWord(text);
  const own = context.ownEventTypes.find(({ eventType, label }) => bareWord(eventType) === word || bareWord(label) === word);
  if (own !== undefined) return own.eventType;
  const inFamily = family === '' ? undefined : (BY_LABEL.get(bareWord(`${text} ${family}`)) ?? BY_LABEL.get(bareWord(`${family} ${text}`)));
  return inFamily ?? BY_LABEL.get(word);
}
