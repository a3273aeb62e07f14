import { LIMITS } from './limits.ts';

/** Up to here keys are compared by hash, one by one; beyond, a Set (whose string hash is seeded, so crafted keys cannot collide in it). */
const SMALL_OBJECT_KEYS = 32;

/** The key as people read it: two that differ in escapes or in Unicode normal form only are one. `token` includes the quotes. */
export function decodeKey(token: string): string {
  for (let at = 1; at < token.length - 1; at++) {
    const unit = token.charCodeAt(at);
    if (unit !== 0x5c && unit < 0x80) continue;
    const key = JSON.parse(token) as string;
    // Normalising may be quadratic in combining marks; a longer key is refused for its length anyway.
    return key.length > LIMITS.keyBytesMax ? key : key.normalize('NFC');
  }
  return token.slice(1, -1);
}

/**
 * Finds duplicate keys of all objects that are open at a time, in one stack. A frame is the stack's height at which an object began; frames of open objects
 * differ, because an object inside another one stands under a key that is already on the stack.
 */
export class SeenKeys {
  private hashes = new Int32Array(64);
  private starts = new Int32Array(64);
  private ends = new Int32Array(64);
  private top = 0;
  private readonly large = new Map<number, Set<string>>();

  openFrame(): number {
    return this.top;
  }

  closeFrame(frame: number): void {
    this.top = frame;
    if (this.large.size > 0) this.large.delete(frame);
  }

  clear(): void {
    this.top = 0;
    if (this.large.size > 0) this.large.clear();
  }

  /** False = the object has this key already. text[start, end) is the key with its quotes, `hash` that of the decoded key. */
  add(frame: number, hash: number, text: string, start: number, end: number): boolean {
    const set = this.large.size > 0 ? this.large.get(frame) : undefined;
    if (set !== undefined) return addToSet(set, text.slice(start, end));
    for (let at = frame; at < this.top; at++) {
      if (this.hashes[at] === hash && decodeKey(text.slice(this.starts[at], this.ends[at])) === decodeKey(text.slice(start, end))) return false;
    }
    if (this.top - frame === SMALL_OBJECT_KEYS) return this.addLarge(frame, text, text.slice(start, end));
    if (this.top === this.hashes.length) this.grow();
    this.hashes[this.top] = hash;
    this.starts[this.top] = start;
    this.ends[this.top] = end;
    this.top++;
    return true;
  }

  private addLarge(frame: number, text: string, token: string): boolean {
    const set = new Set<string>();
    for (let at = frame; at < this.top; at++) addToSet(set, text.slice(this.starts[at], this.ends[at]));
    this.large.set(frame, set);
    return addToSet(set, token);
  }

  private grow(): void {
    const doubled = (from: Int32Array) => {
      const to = new Int32Array(from.length * 2);
      to.set(from);
      return to;
    };
    this.hashes = doubled(this.hashes);
    this.starts = doubled(this.starts);
    this.ends = doubled(this.ends);
  }
}

/** The prefix keeps keys such as "1", "2", … from the engine's hash of integers, which is not seeded. */
function addToSet(set: Set<string>, token: string): boolean {
  const key = `$${decodeKey(token)}`;
  if (set.has(key)) return false;
  set.add(key);
  return true;
}

