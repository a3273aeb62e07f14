const OCTETS: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

/** Lower-case hex of bytes [from, to). */
export function hex(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let text = '';
  for (let index = from; index < to; index++) text += OCTETS[bytes[index] as number];
  return text;
}
