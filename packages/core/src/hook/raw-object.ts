/** A JSON object that nobody has checked yet. Own members only, so that no name reaches a prototype. */
export type RawObject = Readonly<Record<string, unknown>>;

export function isRawObject(value: unknown): value is RawObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member at the end of `path`; undefined where something on the way is no object or lacks it. */
export function memberOf(value: unknown, ...path: readonly string[]): unknown {
  let member = value;
  for (const key of path) {
    if (!isRawObject(member) || !Object.hasOwn(member, key)) return undefined;
    member = member[key];
  }
  return member;
}
