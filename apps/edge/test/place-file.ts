import { writeFileSync } from 'node:fs';

// Writes a file of places in MaxMind's format (MaxMind DB file format specification, version 2.0), as far as a test needs it: IPv4, records of 24 bits.

type Value = string | number | readonly Value[] | { readonly [name: string]: Value };

const RECORD_BITS = 24;
const SEPARATOR_BYTES = 16;

/** `places`: CIDRs of IPv4 that do not overlap, and what stands for each. */
export function writePlaceFile(path: string, places: Readonly<Record<string, Value>>): void {
  const nodes: [left: number | null, right: number | null][] = [[null, null]];
  const leaves: { readonly node: number; readonly side: 0 | 1; readonly offset: number }[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [cidr, value] of Object.entries(places)) {
    const [address = '', bits = '32'] = cidr.split('/');
    const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    const encoded = encode(value);
    let node = 0;
    for (let depth = 0; depth < Number(bits); depth++) {
      const side = ((number >>> (31 - depth)) & 1) as 0 | 1;
      if (depth === Number(bits) - 1) {
        leaves.push({ node, side, offset });
        break;
      }
      const pair = nodes[node] as [number | null, number | null];
      pair[side] ??= nodes.push([null, null]) - 1;
      node = pair[side] as number;
    }
    data.push(encoded);
    offset += encoded.length;
  }
  const tree = nodes.map((pair) => pair.map((child) => child ?? nodes.length));
  for (const leaf of leaves) (tree[leaf.node] as number[])[leaf.side] = nodes.length + SEPARATOR_BYTES + leaf.offset;
  const records = Buffer.from(tree.flat().flatMap((record) => [record >>> 16, (record >>> 8) & 255, record & 255]));
  const metadata = encode({ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1, database_type: 'GeoLite2-City', description: { en: 'test' }, ip_version: 4, languages: ['en'], node_count: nodes.length, record_size: RECORD_BITS });
  writeFileSync(path, Buffer.concat([records, Buffer.alloc(SEPARATOR_BYTES), ...data, Buffer.from('abcdef4d61784d696e642e636f6d', 'hex'), metadata]));
}

function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number' && !Number.isInteger(value)) {
    const double = Buffer.alloc(8);
    double.writeDoubleBE(value);
    return Buffer.concat([control(3, 8), double]);
  }
  if (typeof value === 'number') {
    const integer = Buffer.alloc(4);
    integer.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), integer]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const members = Object.entries(value as { readonly [name: string]: Value });
  return Buffer.concat([control(7, members.length), ...members.flatMap(([name, member]) => [encode(name), encode(member)])]);
}

/** Types above 7 have a byte of their own; lengths up to 284. */
function control(type: number, size: number): Buffer {
  const length = size < 29 ? size : 29;
  return Buffer.from([(type > 7 ? 0 : type << 5) | length, ...(type > 7 ? [type - 7] : []), ...(size < 29 ? [] : [size - 29])]);
}
