import { Pool } from 'undici';

/** What came back; `status` 0 = nothing did, or not as HTTP. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Speaks to the product as an account does. */
export interface ApiClient {
  send(method: string, path: string, body?: string, contentType?: string): Promise<ApiAnswer>;
  /** The answer's JSON; rejects unless it is a success. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  close(): Promise<void>;
}

const ANSWER_DEADLINE_MS = 40_000;

export function createApiClient(url: string, token: string, connections = 64): ApiClient {
  const pool = new Pool(url, { connections, headersTimeout: ANSWER_DEADLINE_MS, bodyTimeout: ANSWER_DEADLINE_MS });
  const send: ApiClient['send'] = async (method, path, body, contentType = 'application/json') => {
    const headers = { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': contentType }) };
    try {
      const answer = await pool.request({ method: method as 'GET', path, headers, body: body ?? null });
      return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
    } catch (error: unknown) {
      return { status: 0, headers: {}, text: String(error) };
    }
  };
  return {
    send,
    async call<T>(method: string, path: string, body?: unknown) {
      const answer = await send(method, path, body === undefined ? undefined : JSON.stringify(body));
      if (answer.status < 200 || answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 500)}`);
      return (answer.text === '' ? null : JSON.parse(answer.text)) as T;
    },
    close: () => pool.destroy(),
  };
}
