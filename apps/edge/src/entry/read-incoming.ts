import type { IncomingMessage } from 'node:http';
import type { BodyLimits, BodyRead } from '../http/read-body.ts';
import { bodyCutOff, bodyTimedOut, bodyTooLarge, budgetExhausted, checkContentLength, joinChunks } from '../http/read-body.ts';
import { isRefusal, type Refusal } from '../http/refusal.ts';

/** `readBody` on Node's own stream: the hot route does without a web stream. `onRead` is called right before reading begins. */
export function readIncoming(request: IncomingMessage, limits: BodyLimits, onRead: () => void): Promise<BodyRead | Refusal> {
  const announced = checkContentLength(request.headers['content-length'], limits.bytesMax);
  if (isRefusal(announced)) return Promise.resolve(announced);
  let held = announced ?? 0;
  if (!limits.budget.tryTake(held)) return Promise.resolve(budgetExhausted());
  onRead();
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let received = 0;
    let settled = false;
    const settle = (result: BodyRead | Refusal): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onCutOff).off('close', onCutOff);
      // Something has to be there while the rest drains, or a reset connection would end the process.
      request.on('error', () => {});
      if (isRefusal(result)) limits.budget.give(held);
      resolve(result);
    };
    const timer = setTimeout(() => settle(bodyTimedOut()), limits.timeoutMs);
    const onData = (chunk: Uint8Array): void => {
      received += chunk.byteLength;
      if (received > limits.bytesMax) return settle(bodyTooLarge(limits.bytesMax));
      if (received > held) {
        if (!limits.budget.tryTake(received - held)) return settle(budgetExhausted());
        held = received;
      }
      chunks.push(chunk);
    };
    const onEnd = (): void => settle({ bytes: joinChunks(chunks, received), release: () => limits.budget.give(held) });
    const onCutOff = (): void => settle(bodyCutOff());
    request.on('data', onData).on('end', onEnd).on('error', onCutOff).on('close', onCutOff);
  });
}
