import type { Place } from '@hookline/core';

/** Where an address is; null = unknown. Looks into what is at hand and never goes out for it. */
export type ReadPlace = (address: string) => Place | null;

export const NO_PLACES: ReadPlace = () => null;

/** Without what leads to a door: what is kept of a visitor who does not want to be known. */
export function coarsePlace({ country, region, tz }: Place): Place {
  return { ...(country === undefined ? null : { country }), ...(region === undefined ? null : { region }), ...(tz === undefined ? null : { tz }) };
}
