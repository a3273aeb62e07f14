/** FNV-1a over UTF-16 units; the scanner computes the same one over the bytes of a plain ASCII key while it reads it. */
export const KEY_HASH_SEED = 0x811c9dc5 | 0;
export const KEY_HASH_PRIME = 0x01000193;

export function hashKey(key: string): number {
  let hash = KEY_HASH_SEED;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), KEY_HASH_PRIME);
  return hash;
}

/** A fixed set of ASCII names, found by bytes without making a string: a name's code is its place in `names`. */
export class KeyTable {
  readonly names: readonly string[];
  private readonly mask: number;
  private readonly codes: Int16Array;
  private readonly hashes: Int32Array;

  constructor(names: readonly string[]) {
    this.names = names;
    this.mask = 2 ** Math.ceil(Math.log2(names.length * 4 + 1)) - 1;
    this.codes = new Int16Array(this.mask + 1).fill(-1);
    this.hashes = new Int32Array(this.mask + 1);
    names.forEach((name, code) => {
      const hash = hashKey(name);
      let slot = hash & this.mask;
      while (this.codes[slot] !== -1) slot = (slot + 1) & this.mask;
      this.codes[slot] = code;
      this.hashes[slot] = hash;
    });
  }

  /** Code of the name that stands in bytes[from, to), or -1. */
  find(hash: number, bytes: Uint8Array, from: number, to: number): number {
    for (let slot = hash & this.mask; ; slot = (slot + 1) & this.mask) {
      const code = this.codes[slot] as number;
      if (code === -1) return -1;
      if (this.hashes[slot] === hash && isSame(this.names[code] as string, bytes, from, to)) return code;
    }
  }

  /** The same for a key that had to be decoded. */
  findText(hash: number, key: string): number {
    for (let slot = hash & this.mask; ; slot = (slot + 1) & this.mask) {
      const code = this.codes[slot] as number;
      if (code === -1 || (this.hashes[slot] === hash && this.names[code] === key)) return code;
    }
  }
}

function isSame(name: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let at = 0; at < name.length; at++) if (name.charCodeAt(at) !== bytes[from + at]) return false;
  return true;
}
