import { PIXEL_LIMITS } from './pixel-limits.ts';

/** One action of a visitor: its name and, where it has one, its number. */
export interface Goal {
  readonly goal: string;
  readonly value: number | null;
}

/** Contract.md 7.1, and digits, which its list leaves out. */
const GOAL = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Sc}0-9 \t!#$%&*+\-.,:;'=?@^_()[\]/\\|]+$/u;
const VALUE = /^[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][+-]?\d{1,3})?$/;

export function isGoalName(text: string): boolean {
  return text.length <= PIXEL_LIMITS.goalCharsMax && GOAL.test(text);
}

/** A value as a URL has it; null = not a number. */
export function parseGoalValue(text: string): number | null {
  const value = VALUE.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}
