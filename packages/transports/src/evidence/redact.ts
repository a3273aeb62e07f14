// Evidence is shown to people and kept: it must never hold a configured secret, not even where the receiver echoes it.

import type { Outcome } from '@hookline/core';

/** Of a request or response body, `api.md` 4 and `bad-input.md` C24. */
export const EVIDENCE_BODY_BYTES_MAX = 1024;
/** A secret shorter than this would blank out half of a harmless text without hiding anything. */
const SECRET_CHARS_MIN = 4;
const MASK = '***';

export type Redact = (text: string) => string;

/** The closure replaces every given secret, also where it was percent-encoded, JSON-escaped or put into base64 on its way. */
export function createRedact(secrets: readonly string[]): Redact {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < SECRET_CHARS_MIN) continue;
    forms.add(secret).add(encodeURIComponent(secret.toWellFormed())).add(JSON.stringify(secret).slice(1, -1)).add(Buffer.from(secret).toString('base64'));
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const form of longestFirst) clean = clean.replaceAll(form, MASK);
    return clean;
  };
}

/** A broker's own words are in the message. */
export const redactOutcome = (outcome: Outcome, redact: Redact): Outcome => (outcome.kind === 'delivered' ? outcome : { ...outcome, message: redact(outcome.message) });

/** At most `EVIDENCE_BODY_BYTES_MAX` bytes of UTF-8, cut between characters. */
export function cutBody(text: string): string {
  // Most are far below or far above: only as much is encoded as can be kept.
  if (text.length * 3 <= EVIDENCE_BODY_BYTES_MAX) return text;
  const bytes = Buffer.from(text.slice(0, EVIDENCE_BODY_BYTES_MAX + 1));
  return bytes.length <= EVIDENCE_BODY_BYTES_MAX ? text : cutBytes(bytes);
}

/** The same of bytes. */
export function cutBytes(bytes: Buffer): string {
  if (bytes.length <= EVIDENCE_BODY_BYTES_MAX) return bytes.toString();
  let end = EVIDENCE_BODY_BYTES_MAX;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}

/** Names stay, values go: for headers whose values are secrets. */
export function maskValues(headers: Readonly<Record<string, string>>, secretNames: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, secretNames.has(name) ? MASK : value]));
}
