import type { AttemptRow, Ending } from '../lane-store.ts';
import { decodePositions, encodePositions } from './positions-text.ts';

/** As kept: positions as text. */
type PackedAttempt = Omit<AttemptRow, 'taken'> & { readonly taken?: string };

export function packAttempts(rows: readonly AttemptRow[]): string {
  return JSON.stringify(rows.map(({ taken, ...row }): PackedAttempt => (taken === undefined ? row : { ...row, taken: encodePositions(taken) })));
}

export function unpackAttempts(text: string): readonly AttemptRow[] {
  return (JSON.parse(text) as PackedAttempt[]).map(({ taken: _, ...row }) => row);
}

/** The last attempt of these that delivered the event at this position. */
export function endingIn(text: string, position: number): Ending | null {
  const found = (JSON.parse(text) as PackedAttempt[]).findLast(({ taken }) => taken !== undefined && decodePositions(taken).includes(position));
  return found === undefined ? null : { fate: 'delivered', deliveryId: found.deliveryId };
}
