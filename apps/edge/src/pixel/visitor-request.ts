import type { Place } from '@hookline/core';

// What a visitor's browser sends and gets, in the smallest shape that every runtime can give: the doors know no server.

/** Who is at the other end, as the runtime knows it. */
export interface Connection {
  /** Of the socket, or as the platform vouches for it; null where the runtime does not say. */
  readonly address: string | null;
  /** Where the platform knows the visitor to be; null = look it up. */
  readonly place: Place | null;
}

export interface VisitorRequest extends Connection {
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  /** By lower-case name; null = not sent. */
  header(name: string): string | null;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** Refusals have no body: a browser reads none. */
export interface VisitorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | string | null;
}

export const NO_CONNECTION: Connection = { address: null, place: null };

const PATHS: readonly string[] = ['/pixel', '/p.js', '/r'];

/** Whether visitors' browsers ask for this path: what is refused there has no body. */
export function isVisitorTarget(target: string): boolean {
  const path = target.split('?', 1)[0] as string;
  return PATHS.includes(path) || path.startsWith('/r/');
}
