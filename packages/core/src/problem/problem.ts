/** One thing that is wrong with what somebody sent. `path` is a JSON pointer into the body ('' = the whole). */
export interface Problem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** What parsing untrusted input gives: a value, or all problems, never the first only. `status` is the HTTP status the input gets when it stands alone. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly status: number; readonly problems: readonly Problem[] };
