import type { Place } from '@hookline/core';
import { topLevelDomain } from './place-reader.ts';

/** Where the platform says that a request comes from: `request.cf` on Workers. null = it does not say. */
export function placeOfRequest(cf: unknown): Place | null {
  if (typeof cf !== 'object' || cf === null) return null;
  const said = cf as Readonly<Record<string, unknown>>;
  const text = (name: string): string | undefined => (typeof said[name] === 'string' && said[name] !== '' ? (said[name] as string) : undefined);
  const degrees = (name: string): number | undefined => {
    const value = said[name] === undefined || said[name] === '' ? Number.NaN : Number(said[name]);
    return Number.isFinite(value) ? value : undefined;
  };
  const country = topLevelDomain(said['country']);
  const [region, city, postalCode, tz] = [text('region'), text('city'), text('postalCode'), text('timezone')];
  const [lat, lon] = [degrees('latitude'), degrees('longitude')];
  const place: Place = {
    ...(country === undefined ? null : { country }),
    ...(region === undefined ? null : { region }),
    ...(city === undefined ? null : { city }),
    ...(postalCode === undefined ? null : { postal_code: postalCode }),
    ...(tz === undefined ? null : { tz }),
    ...(lat === undefined || lon === undefined ? null : { lat, lon }),
  };
  return Object.keys(place).length === 0 ? null : place;
}
