import { isRawObject } from './raw-object.ts';

/**
 * JSON Merge Patch, RFC 7396. Neither argument is changed. `keepsNull` names places (JSON pointers, unescaped) where a null is left standing instead of removing the
 * member. Recursion is as deep as the patch, whose depth the door limits.
 */
export function applyMergePatch(target: unknown, patch: unknown, keepsNull: (path: string) => boolean = () => false, path = ''): unknown {
  if (!isRawObject(patch)) return patch;
  const merged = new Map(isRawObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    const at = `${path}/${key}`;
    if (value !== null) merged.set(key, applyMergePatch(merged.get(key), value, keepsNull, at));
    else if (keepsNull(at)) merged.set(key, null);
    else merged.delete(key);
  }
  // Not assignment: `__proto__` is a key like others.
  return Object.fromEntries(merged);
}
