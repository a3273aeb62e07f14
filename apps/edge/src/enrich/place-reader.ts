import type { Place } from '@hookline/core';

/** Where an address is; null = unknown. Looks into what is at hand and never goes out for it. */
export type ReadPlace = (address: string) => Place | null;

export const NO_PLACES: ReadPlace = () => null;

/** Countries whose top-level domain is not their ISO code. */
const OTHER_DOMAINS: Readonly<Record<string, string>> = { GB: '.uk' };

/** `.fr` of `FR`; undefined where it is no country's code (`T1`, `XX` for an unknown one). */
export function topLevelDomain(isoCode: unknown): string | undefined {
  if (typeof isoCode !== 'string' || !/^[A-Z]{2}$/.test(isoCode) || isoCode === 'XX') return undefined;
  return OTHER_DOMAINS[isoCode] ?? `.${isoCode.toLowerCase()}`;
}

/** Without what leads to a door: what is kept of a visitor who does not want to be known. */
export function coarsePlace({ country, region, tz }: Place): Place {
  return { ...(country === undefined ? null : { country }), ...(region === undefined ? null : { region }), ...(tz === undefined ? null : { tz }) };
}
