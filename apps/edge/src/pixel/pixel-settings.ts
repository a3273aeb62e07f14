import { SECRET_QUERY_KEYS } from '@hookline/core';
import { NO_PLACES, type ReadPlace } from '../enrich/place-reader.ts';

/** How pixels behave in this installation. */
export interface PixelSettings {
  /** CIDRs of proxies whose `X-Forwarded-For` counts; empty = nobody's does. */
  readonly trustedProxies: readonly string[];
  /** Query keys that are taken out of the addresses of pages, in lower case. */
  readonly secretQueryKeys: readonly string[];
  /** Hits a second of one pixel from one address; 0 = no limit. */
  readonly hitsPerSecond: number;
  readonly readPlace: ReadPlace;
}

export const DEFAULT_PIXEL_SETTINGS: PixelSettings = {
  trustedProxies: [],
  secretQueryKeys: SECRET_QUERY_KEYS,
  // An office behind one address is far below it, and a benchmark far above.
  hitsPerSecond: 500,
  readPlace: NO_PLACES,
};
