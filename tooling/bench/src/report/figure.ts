export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  /** The naive one's, in the same unit. */
  readonly baseline?: number;
  readonly goal?: { readonly max: number } | { readonly ratioMin: number };
}

/** Null where there is no goal. */
export function meetsGoal({ value, baseline = 0, goal }: Figure): boolean | null {
  if (!goal) return null;
  return 'max' in goal ? value <= goal.max : value >= goal.ratioMin * baseline;
}
