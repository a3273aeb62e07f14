/** Draws that depend on the seed, the event's number and the draws before alone: an event can be made again at any time, so none has to be kept. */
export interface Dice {
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  hex(digits: number): string;
}

export function diceFor(seed: number, number: number): Dice {
  // SplitMix32: cheap, and good enough to spread what it is asked for
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: <T>(from: readonly T[]) => from[below(from.length)] as T,
    hex(digits) {
      let text = '';
      while (text.length < digits) text += below(0x100000000).toString(16).padStart(8, '0');
      return text.slice(0, digits);
    },
  };
}
