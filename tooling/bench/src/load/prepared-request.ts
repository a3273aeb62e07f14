import type { OracleEvent } from '@hookline/oracle';

/** An HTTP request, whole, ready to be written to a socket. */
export interface PreparedRequest {
  readonly bytes: Buffer;
  /** Numbers of the events in it. */
  readonly first: number;
  readonly count: number;
}

/** `take` gives the next event. Made before the clock starts: what is measured is the product, not the making of events. */
export function prepareRequests(count: number, perRequest: number, { url, token }: { readonly url: string; readonly token?: string }, take: () => OracleEvent): PreparedRequest[] {
  const { host } = new URL(url);
  const requests: PreparedRequest[] = [];
  for (let made = 0; made < count; made += perRequest) {
    const events = Array.from({ length: Math.min(perRequest, count - made) }, take);
    const body = perRequest === 1 ? (events[0]?.text ?? '') : `[${events.map((event) => event.text).join(',')}]`;
    const lines = [`POST /v1/events HTTP/1.1`, `host: ${host}`, ...(token === undefined ? [] : [`authorization: Bearer ${token}`]), 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`];
    requests.push({ bytes: Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`), first: events[0]?.number ?? 0, count: events.length });
  }
  return requests;
}
