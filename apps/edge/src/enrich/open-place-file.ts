import { readFileSync } from 'node:fs';
import { HooklineError, type Place } from '@hookline/core';
import { LRUCache } from 'lru-cache';
import { Reader, type CityResponse } from 'mmdb-lib';
import { topLevelDomain, type ReadPlace } from './place-reader.ts';

// Places from a local file in MaxMind's format, read into memory at the start. A country file knows the country only; names are the English ones.

const ADDRESSES_KEPT = 10_000;
/** The cache cannot hold null. */
const NOWHERE: Place = {};

/** Throws HooklineError `config_invalid` where the file cannot be read or is none. */
export function openPlaceFile(path: string): ReadPlace {
  const reader = openReader(path);
  const known = new LRUCache<string, Place>({ max: ADDRESSES_KEPT });
  return (address) => {
    let place = known.get(address);
    if (place === undefined) {
      place = placeOf(lookUp(reader, address));
      known.set(address, place);
    }
    return place === NOWHERE ? null : place;
  };
}

function openReader(path: string): Reader<CityResponse> {
  try {
    return new Reader<CityResponse>(readFileSync(path));
  } catch (error: unknown) {
    throw new HooklineError('config_invalid', `${path} cannot be read as a file of places in MaxMind's format`, error);
  }
}

/** The reader throws for what is no address, and for an IPv6 address in a file of IPv4 ones. */
function lookUp(reader: Reader<CityResponse>, address: string): CityResponse | null {
  try {
    return reader.get(address);
  } catch {
    return null;
  }
}

function placeOf(found: CityResponse | null): Place {
  if (found === null) return NOWHERE;
  const country = topLevelDomain(found.country?.iso_code);
  const region = found.subdivisions?.[0]?.names?.en;
  const city = found.city?.names?.en;
  const postalCode = found.postal?.code;
  const { time_zone: tz, latitude: lat, longitude: lon } = found.location ?? {};
  return {
    ...(country === undefined ? null : { country }),
    ...(region === undefined ? null : { region }),
    ...(city === undefined ? null : { city }),
    ...(postalCode === undefined ? null : { postal_code: postalCode }),
    ...(tz === undefined ? null : { tz }),
    ...(lat === undefined || lon === undefined ? null : { lat, lon }),
  };
}
