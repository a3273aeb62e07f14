import { createDeadline } from './read-body.ts';

// NDJSON without an end, in constant memory: whole lines are handed on in stretches, and a line that is too long is dropped while it is read.

/** `firstLine` counts every line of the body from 0, blank ones too. */
export type Stretch = { readonly kind: 'lines'; readonly firstLine: number; readonly bytes: Uint8Array } | { readonly kind: 'line_too_long'; readonly firstLine: number };

/** The client fell silent, or took longer than a stream may. */
export class StreamTooSlow extends Error {}

const LF = 0x0a;

/** `stretchBytesMax` is looked at again for each stretch; a longer one is a single line. */
export async function* readStretches(chunks: AsyncIterable<Uint8Array>, limits: { readonly stretchBytesMax: number; readonly lineBytesMax: number }): AsyncGenerator<Stretch> {
  let held: Buffer = Buffer.alloc(0);
  let line = 0;
  let dropping = false;
  for await (const chunk of chunks) {
    let rest: Buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (dropping) {
      const end = rest.indexOf(LF);
      if (end === -1) continue;
      dropping = false;
      line += 1;
      rest = rest.subarray(end + 1);
    }
    held = held.length === 0 ? rest : Buffer.concat([held, rest]);
    for (let end = endOfStretch(held, limits.stretchBytesMax); end !== -1; end = endOfStretch(held, limits.stretchBytesMax)) {
      const bytes = held.subarray(0, end + 1);
      yield { kind: 'lines', firstLine: line, bytes };
      line += countLines(bytes);
      held = held.subarray(end + 1);
    }
    if (held.length > limits.lineBytesMax && held.lastIndexOf(LF) === -1) {
      yield { kind: 'line_too_long', firstLine: line };
      held = Buffer.alloc(0);
      dropping = true;
    }
    // A copy: what is left of a chunk must not keep all of it.
    held = Buffer.from(held);
  }
  if (held.length > 0) yield { kind: 'lines', firstLine: line, bytes: held };
}

/** Where a stretch of whole lines ends that is about as long as it may be; -1: there is none yet. */
function endOfStretch(held: Buffer, bytesMax: number): number {
  if (held.length < bytesMax) return -1;
  const within = held.lastIndexOf(LF, bytesMax - 1);
  return within === -1 ? held.indexOf(LF, bytesMax) : within;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count += 1;
  return count;
}

/** The chunks of a stream, with a limit on how long each may take and on the whole. */
export async function* readChunks(stream: ReadableStream<Uint8Array>, limits: { readonly idleTimeoutMs: number; readonly timeoutMs: number; readonly monotonic: () => number }): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  const end = limits.monotonic() + limits.timeoutMs;
  try {
    for (;;) {
      const deadline = createDeadline(Math.max(0, Math.min(limits.idleTimeoutMs, end - limits.monotonic())));
      const next = await Promise.race([reader.read(), deadline.reached]).finally(deadline.cancel);
      if (next === 'deadline') throw new StreamTooSlow();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    reader.releaseLock();
  }
}
