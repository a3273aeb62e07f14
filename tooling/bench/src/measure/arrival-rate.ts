import type { KeptRequests } from '@hookline/oracle';

/**
 * Events a second from `since` until the last batches that were full: what is left over at the end waits for its window, and says nothing about speed.
 * `before`: events that had come earlier.
 */
export function arrivalRate({ arrivals }: KeptRequests, since: { readonly atMs: number; readonly before: number }, events: number, leftOverMax: number): number {
  const end = arrivals.find((arrival) => arrival.events >= since.before + events - leftOverMax) ?? arrivals.at(-1);
  return end ? ((end.events - since.before) / (end.atMs - since.atMs)) * 1000 : 0;
}
