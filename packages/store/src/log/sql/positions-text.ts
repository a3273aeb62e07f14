/** Ascending positions as text: base 36, the first whole, the others as the distance to the one before; `*n` = n more at distance 1. */
export function encodePositions(positions: readonly number[]): string {
  const parts: string[] = [];
  let before = 0;
  let run = 0;
  for (const [i, position] of positions.entries()) {
    if (i > 0 && position === before + 1) run++;
    else {
      if (run > 0) parts.push(`*${run.toString(36)}`);
      run = 0;
      parts.push((position - before).toString(36));
    }
    before = position;
  }
  if (run > 0) parts.push(`*${run.toString(36)}`);
  return parts.join(',');
}

export function decodePositions(text: string): number[] {
  const positions: number[] = [];
  if (text === '') return positions;
  let before = 0;
  for (const part of text.split(',')) {
    if (part.startsWith('*')) for (let n = Number.parseInt(part.slice(1), 36); n > 0; n--) positions.push(++before);
    else positions.push((before += Number.parseInt(part, 36)));
  }
  return positions;
}
