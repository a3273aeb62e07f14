import { request } from 'node:http';

/** What a browser sees of an answer. */
export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** The value of the first `Set-Cookie`, or null. */
  readonly cookie: string | null;
}

export interface VisitOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
}

/** Sends exactly these headers, follows nothing, keeps no cookies. */
export function visit(base: string, target: string, { method = 'GET', headers = {}, body }: VisitOptions = {}): Promise<Seen> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: target, method, headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks), cookie: response.headers['set-cookie']?.[0] ?? null }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
