// XXH64 by its specification (doc/xxhash_spec.md of the xxHash project). BigInt.asUintN(64, …) around every step is what lets an optimising engine use machine words.

const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;
const STRIPE_BYTES = 32;

const word = (value: bigint): bigint => BigInt.asUintN(64, value);

function rotateLeft(value: bigint, bits: bigint): bigint {
  return word(value << bits) | (value >> (64n - bits));
}

function round(accumulator: bigint, lane: bigint): bigint {
  return word(rotateLeft(word(accumulator + word(lane * PRIME_2)), 31n) * PRIME_1);
}

function mergeRound(hash: bigint, accumulator: bigint): bigint {
  return word(word((hash ^ round(0n, accumulator)) * PRIME_1) + PRIME_4);
}

/** Seed 0. */
export function xxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let hash = PRIME_5;
  if (bytes.length >= STRIPE_BYTES) {
    let one = word(PRIME_1 + PRIME_2);
    let two = PRIME_2;
    let three = 0n;
    let four = word(-PRIME_1);
    for (; at + STRIPE_BYTES <= bytes.length; at += STRIPE_BYTES) {
      one = round(one, view.getBigUint64(at, true));
      two = round(two, view.getBigUint64(at + 8, true));
      three = round(three, view.getBigUint64(at + 16, true));
      four = round(four, view.getBigUint64(at + 24, true));
    }
    hash = word(rotateLeft(one, 1n) + rotateLeft(two, 7n) + rotateLeft(three, 12n) + rotateLeft(four, 18n));
    hash = mergeRound(mergeRound(mergeRound(mergeRound(hash, one), two), three), four);
  }
  return avalanche(absorbTail(word(hash + BigInt(bytes.length)), view, at));
}

function absorbTail(start: bigint, view: DataView, from: number): bigint {
  let hash = start;
  let at = from;
  for (; at + 8 <= view.byteLength; at += 8) hash = word(word(rotateLeft(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME_1) + PRIME_4);
  if (at + 4 <= view.byteLength) {
    hash = word(word(rotateLeft(hash ^ word(BigInt(view.getUint32(at, true)) * PRIME_1), 23n) * PRIME_2) + PRIME_3);
    at += 4;
  }
  for (; at < view.byteLength; at++) hash = word(rotateLeft(hash ^ word(BigInt(view.getUint8(at)) * PRIME_5), 11n) * PRIME_1);
  return hash;
}

function avalanche(hash: bigint): bigint {
  const first = word((hash ^ (hash >> 33n)) * PRIME_2);
  const second = word((first ^ (first >> 29n)) * PRIME_3);
  return second ^ (second >> 32n);
}
