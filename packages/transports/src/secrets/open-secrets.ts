import type { Failure, SecretValue } from '@hookline/core';
import { fail } from '../failure.ts';

/** Plain text of a sealed value, or null when it cannot be opened. `place` is bound into the seal: `<account>/<hook>/<field path>`. */
export type OpenSecret = (sealed: string, place: string) => string | null;

/** Opens the secrets of one hook by their field paths and remembers whether one of them did not open. */
export class SecretReader {
  readonly #open: OpenSecret;
  readonly #prefix: string;
  /** The first field that did not open, as what a transport answers with. */
  failure: Failure | null = null;
  /** Everything that was opened: what evidence must not show. */
  readonly opened: string[] = [];

  constructor(open: OpenSecret, accountId: number, hookId: string) {
    this.#open = open;
    this.#prefix = `${accountId}/${hookId}/`;
  }

  /** '' when it does not open; look at `failure` before using any of them. */
  read(secret: SecretValue, fieldPath: string): string {
    const text = 'open' in secret ? secret.open : this.#open(secret.sealed, this.#prefix + fieldPath);
    if (text === null) {
      this.failure ??= fail('failed', 'secret_unavailable', `the secret ${fieldPath} cannot be opened`);
      return '';
    }
    this.opened.push(text);
    return text;
  }

  readOptional(secret: SecretValue | undefined, fieldPath: string): string | undefined {
    return secret === undefined ? undefined : this.read(secret, fieldPath);
  }
}
