import type { Ledger } from '../ledger/ledger.ts';
import { splitArray } from '../model/split-array.ts';
import type { SinkRequest } from '../sinks/http-sink.ts';

/** Enters one HTTP request of the product into the ledger: its id, its headers (api.md section 8), and each message of its batch. */
export function recordRequest(ledger: Ledger, hookIds: ReadonlyMap<string, string>, { name, headers, body }: SinkRequest, taken: boolean): void {
  const text = body.toString();
  const messages = splitArray(text);
  if (!messages || messages.length === 0) return ledger.unreadable(name, text);
  const deliveryId = String(headers['webhook-id'] ?? '');
  const attempt = headers['hookline-attempt'];
  ledger.requested(name, deliveryId, typeof attempt === 'string' ? attempt : undefined, text);
  const problems = headerProblems(headers, hookIds.get(name));
  for (const message of messages) ledger.arrived(name, { text: message, deliveryId, taken, problems });
}

function headerProblems(headers: SinkRequest['headers'], hookId: string | undefined): string[] {
  const expected: Readonly<Record<string, (value: string) => boolean>> = {
    'content-type': (value) => value === 'application/json',
    'webhook-id': (value) => value !== '',
    'webhook-timestamp': (value) => /^\d{10}$/.test(value),
    // a request can come before the answer that made its hook
    'hookline-hook-id': (value) => hookId === undefined || value === hookId,
    'hookline-attempt': (value) => /^[1-9]\d*$/.test(value),
    'user-agent': (value) => value.startsWith('Hookline/'),
  };
  return Object.entries(expected).flatMap(([name, isRight]) => (isRight(String(headers[name] ?? '')) ? [] : [`${name}: ${String(headers[name])}`]));
}
