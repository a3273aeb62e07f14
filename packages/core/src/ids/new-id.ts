import { HooklineError } from '../problem/hookline-error.ts';
import { hex } from './hex.ts';

/** Random bytes that an id needs: 128 bits. */
export const NEW_ID_BYTES = 16;

/** A new id, `<prefix>_` and 32 hex digits; prefixes are `hok` (hook), `tok` (token), `exp` (export), `att` (attempt) and the like. `randomBytes` comes from the caller's generator, `NEW_ID_BYTES` of it. */
export function newId(prefix: string, randomBytes: Uint8Array): string {
  if (randomBytes.length !== NEW_ID_BYTES) throw new HooklineError('invariant_broken', `an id is made of ${NEW_ID_BYTES} random bytes, not ${randomBytes.length}`);
  return `${prefix}_${hex(randomBytes)}`;
}
