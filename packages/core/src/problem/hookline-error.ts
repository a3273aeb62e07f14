// Thrown only for a bug or for something unusable; expected failure is a value. Codes name decisions and are a closed list.

export type HooklineErrorCode = 'config_invalid' | 'store_unavailable' | 'storage_full' | 'overloaded' | 'lane_lost' | 'invariant_broken' | 'key_invalid';

const BRAND: unique symbol = Symbol.for('hookline.error') as never;

export class HooklineError extends Error {
  readonly code: HooklineErrorCode;
  readonly [BRAND] = true;
  constructor(code: HooklineErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HooklineError';
    this.code = code;
  }
}

/** Works across two installed copies of this package. */
export function isHooklineError(error: unknown): error is HooklineError {
  return typeof error === 'object' && error !== null && (error as { [BRAND]?: unknown })[BRAND] === true;
}
