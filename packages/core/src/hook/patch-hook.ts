import { hookToWire, type WritableHook } from './hook-wire.ts';
import { applyMergePatch } from './merge-patch.ts';
import { isRawObject, memberOf } from './raw-object.ts';

const SECRET_PATH = /^\/request\/(signing_secret|password|headers(\/.*)?|auth\/(client_secret|password|token)|sasl\/password)$/s;

/**
 * A hook as it is read, with a JSON Merge Patch over it: goes into `parseHookInput` like the body of a PUT. Two things differ from the plain merge. A null that
 * removes a secret stays visible, because a secret that is merely absent is kept. And another `request.type` or `auth.type` takes its object as a whole: what the old
 * type had makes no sense in it.
 */
export function patchHook(hook: WritableHook, patch: unknown): unknown {
  const wire = hookToWire(hook);
  return applyMergePatch({ ...wire, request: patchableRequest(wire.request, memberOf(patch, 'request')) }, patch, (path) => SECRET_PATH.test(path));
}

function patchableRequest(request: Readonly<Record<string, unknown>>, patch: unknown): unknown {
  if (isOtherType(request, patch)) return undefined;
  const { auth, headers, ...plain } = request;
  return {
    ...plain,
    ...(auth === undefined || isOtherType(auth, memberOf(patch, 'auth')) ? {} : { auth }),
    ...(headers === undefined ? {} : { headers: withoutPatchedNames(headers, memberOf(patch, 'headers')) }),
  };
}

/** A patch may spell a header's name its own way; it means the same header. */
function withoutPatchedNames(headers: unknown, patch: unknown): unknown {
  const patched = new Set(Object.keys(isRawObject(patch) ? patch : {}).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(headers as object).filter(([name]) => !patched.has(name.toLowerCase())));
}

function isOtherType(current: unknown, patch: unknown): boolean {
  const type = memberOf(patch, 'type');
  return type !== undefined && type !== null && type !== memberOf(current, 'type');
}
