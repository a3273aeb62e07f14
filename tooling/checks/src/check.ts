/** What a check found. No problems = it holds. */
export interface CheckResult {
  readonly name: string;
  /** One line each where it can be: `path:line what is wrong`. */
  readonly problems: readonly string[];
}

/** Looks at the repository in `root`. Rejects only for a bug of its own. */
export type Check = (root: string) => Promise<CheckResult>;
