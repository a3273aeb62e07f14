/** The texts of the elements of a JSON array, or null when `text` is none. Nothing is parsed: the bytes of each element are what is compared. */
export function splitArray(text: string): string[] | null {
  if (text[0] !== '[' || text.at(-1) !== ']') return null;
  const elements: string[] = [];
  let depth = 0;
  let from = 1;
  for (let at = 1; at < text.length - 1; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = endOfString(text, at);
        break;
      case 0x7b:
      case 0x5b:
        depth++;
        break;
      case 0x7d:
      case 0x5d:
        depth--;
        break;
      case 0x2c:
        if (depth !== 0) break;
        elements.push(text.slice(from, at));
        from = at + 1;
        break;
    }
  }
  if (depth !== 0) return null;
  const last = text.slice(from, -1);
  if (last.trim() !== '') elements.push(last);
  return elements.map((element) => element.trim());
}

/** Where the string that opens at `at` closes. */
function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (end !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}
