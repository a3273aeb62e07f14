/** An HTTP batch closes before its body would pass this; a message that is bigger alone travels alone. */
export const BATCH_BYTES_MAX = 5 * 1024 * 1024;

/** The body of an HTTP batch: a JSON array, also of one message. */
export function batchBody(bodies: readonly string[]): string {
  return `[${bodies.join(',')}]`;
}

/** The size of a batch's body with one more message in it; 0 stands for a batch without messages. */
export function batchBytesWith(batchBytes: number, messageBytes: number): number {
  return batchBytes === 0 ? messageBytes + '[]'.length : batchBytes + ','.length + messageBytes;
}
