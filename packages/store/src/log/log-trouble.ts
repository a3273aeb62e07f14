import { HooklineError, isHooklineError } from '@hookline/core';

/** So many failed commits in a row (a deadline passed, a lock that stayed) are more than a hiccup: until one goes through again nothing more is let in. */
const FAILURES_IN_A_ROW_MAX = 3;

/**
 * Why appends are refused before they are tried. *unsure*: a commit failed and the store has not told yet whether it took place. *full*: the disk is; what lanes
 * write still goes through. *failing*: commits fail one after the other. *lost*: another process has become the appender, which this one stays out of for good.
 */
export class LogTrouble {
  #unsure = false;
  #full = false;
  #failures = 0;
  #lost: HooklineError | null = null;

  /** null = appends are let in. */
  kind(): 'store_unavailable' | 'storage_full' | null {
    if (this.#lost || this.#unsure || this.#failures >= FAILURES_IN_A_ROW_MAX) return 'store_unavailable';
    return this.#full ? 'storage_full' : null;
  }

  refusal(): HooklineError | null {
    const kind = this.kind();
    if (this.#lost || kind === null) return this.#lost;
    return new HooklineError(kind, kind === 'storage_full' ? 'the disk is full' : 'the event log cannot be written');
  }

  isLost(): boolean {
    return this.#lost !== null;
  }

  /** Somebody has to try again without being asked, or it would never be known that it works. */
  wantsProbe(): boolean {
    return this.kind() !== null && !this.#unsure && !this.#lost;
  }

  unsure(is: boolean): void {
    this.#unsure = is;
  }

  /** A commit that certainly did not take place. The answer is what its callers are told. */
  failed(cause: unknown): HooklineError {
    const code = isHooklineError(cause) && cause.code === 'storage_full' ? 'storage_full' : 'store_unavailable';
    if (code === 'storage_full') this.#full = true;
    else this.#failures++;
    return new HooklineError(code, code === 'storage_full' ? 'the disk is full' : 'the event log cannot be written', cause);
  }

  /** That what lanes write goes through does not say that there is room for more events. */
  worked(ingest: boolean): void {
    this.#failures = 0;
    if (ingest) this.#full = false;
  }

  lose(error: HooklineError): void {
    this.#lost ??= error;
  }
}
