type Json = Readonly<Record<string, unknown>>;

/** RFC 7396: objects are merged, null removes, everything else replaces. */
export function mergePatch<T extends object>(target: T, patch: Json): T {
  const merged: Record<string, unknown> = { ...(target as Json) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) ? mergePatch(isObject(merged[key]) ? merged[key] : {}, value) : value;
  }
  return merged as T;
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
