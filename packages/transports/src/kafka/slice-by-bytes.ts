import type { KafkaRecord } from './kafka-producer-port.ts';

/** Of one request. A topic takes 1,048,588 bytes a partition and request unless its owner says otherwise (`max.message.bytes`); all records may be of one partition. */
const REQUEST_BYTES_MAX = 900_000;
/** Headers, lengths and varints of one record, generously. */
const RECORD_OVERHEAD_BYTES = 200;

/** Consecutive parts within the limit, so that a batch of small records is not refused as too large; a record above it is a part of its own. */
export function sliceByBytes(records: readonly KafkaRecord[]): (readonly KafkaRecord[])[] {
  const slices: KafkaRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const recordBytes = record.key.length + record.value.length + RECORD_OVERHEAD_BYTES;
    if (bytes + recordBytes > REQUEST_BYTES_MAX) {
      slices.push([]);
      bytes = 0;
    }
    slices.at(-1)?.push(record);
    bytes += recordBytes;
  }
  return slices;
}
