/** A text as it stands between the quotes of a JSON string. */
export function jsonTextOf(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
