import type { ApiTypes } from '@hookline/edge';

/** What the API refused, with everything it said about why. `status` 0: nothing answered. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problems: readonly ApiTypes['problem'][];

  constructor(status: number, body: ApiTypes['error'] | null) {
    super(body?.error.message ?? (status === 0 ? 'No connection.' : `HTTP ${status}`));
    this.status = status;
    this.code = body?.error.code ?? (status === 0 ? 'no_connection' : 'internal');
    this.problems = body?.error.problems ?? [];
  }
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

/** Called when a session turns out to be over. */
let onSignedOut: () => void = () => {};
export function listenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call of the API with the session's cookie. Rejects with ApiError. */
export async function call<T>(method: Method, path: string, body?: unknown, version?: number): Promise<T> {
  const headers: Record<string, string> = { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(version === undefined ? {} : { 'if-match': `"${version}"` }) };
  const response = await fetch(path, { method, headers, credentials: 'same-origin', ...(body === undefined ? {} : { body: JSON.stringify(body) }) }).catch(() => null);
  if (response === null) throw new ApiError(0, null);
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  if (response.status === 401 && !path.startsWith('/v1/session') && !path.startsWith('/v1/first-user')) onSignedOut();
  throw new ApiError(response.status, parseError(text));
}

function parseError(text: string): ApiTypes['error'] | null {
  try {
    return JSON.parse(text) as ApiTypes['error'];
  } catch {
    return null;
  }
}

export const idPath = (id: string | number): string => encodeURIComponent(String(id));
