import type { ByteBudget } from './byte-budget.ts';
import { refuse, refuseForNow, type Refusal } from './refusal.ts';

// Bodies are counted while they are read: a chunked one has no length, and a length may lie. What a body takes of the budget is given back by the caller
// (`release`) when the request is answered, because until then its bytes are held.

export interface BodyRead {
  readonly bytes: Uint8Array;
  readonly release: () => void;
}

export interface BodyLimits {
  readonly bytesMax: number;
  readonly timeoutMs: number;
  readonly budget: ByteBudget;
}

export const bodyTooLarge = (bytesMax: number): Refusal => refuse(413, 'body_too_large', `The body is larger than ${bytesMax} bytes.`);
export const bodyTimedOut = (): Refusal => refuse(408, 'request_timeout', 'The body did not arrive in time.', '', { connection: 'close' });
export const budgetExhausted = (): Refusal => refuseForNow('overloaded', 'Too many bytes are being taken in at the moment.', 1);
export const bodyCutOff = (): Refusal => refuse(400, 'body_incomplete', 'The body ended before its announced end.');

/** The announced length, or null; a length above `bytesMax` is refused before anything is read. */
export function checkContentLength(header: string | null | undefined, bytesMax: number): number | null | Refusal {
  if (header === null || header === undefined) return null;
  const length = Number(header);
  return length > bytesMax ? bodyTooLarge(bytesMax) : length;
}

/** A whole body from a web stream. Never rejects: a client that goes away is a refusal nobody reads. */
export async function readBody(stream: ReadableStream<Uint8Array> | null, contentLength: string | null, limits: BodyLimits): Promise<BodyRead | Refusal> {
  const announced = checkContentLength(contentLength, limits.bytesMax);
  if (typeof announced === 'object' && announced !== null) return announced;
  let held = announced ?? 0;
  if (!limits.budget.tryTake(held)) return budgetExhausted();
  const release = (): void => limits.budget.give(held);
  if (stream === null) return { bytes: new Uint8Array(), release };

  const reader = stream.getReader();
  const deadline = createDeadline(limits.timeoutMs);
  const chunks: Uint8Array[] = [];
  let received = 0;
  const failed = (refusal: Refusal): Refusal => {
    release();
    return refusal;
  };
  try {
    for (;;) {
      const next = await Promise.race([reader.read(), deadline.reached]);
      if (next === 'deadline') return failed(bodyTimedOut());
      if (next.done) break;
      received += next.value.byteLength;
      if (received > limits.bytesMax) return failed(bodyTooLarge(limits.bytesMax));
      if (received > held) {
        if (!limits.budget.tryTake(received - held)) return failed(budgetExhausted());
        held = received;
      }
      chunks.push(next.value);
    }
  } catch {
    return failed(bodyCutOff());
  } finally {
    deadline.cancel();
    reader.releaseLock();
  }
  return { bytes: joinChunks(chunks, received), release };
}

export function joinChunks(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

export function createDeadline(timeoutMs: number): { readonly reached: Promise<'deadline'>; readonly cancel: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const reached = new Promise<'deadline'>((resolve) => {
    timer = setTimeout(() => resolve('deadline'), timeoutMs);
  });
  return { reached, cancel: () => clearTimeout(timer) };
}
