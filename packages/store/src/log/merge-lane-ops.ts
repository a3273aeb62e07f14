import type { LaneNumbers, LaneOp } from './lane-store.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OneLane = Mutable<Extract<LaneOp, { op: 'lane' }>>;

/** Many small changes of a lane in one commit become one: new values win, increments add up. Other ops keep their order. */
export function mergeLaneOps(ops: readonly LaneOp[]): readonly LaneOp[] {
  const lanes = new Map<string, OneLane>();
  const others: LaneOp[] = [];
  let scanned: LaneOp | null = null;
  for (const op of ops) {
    if (op.op === 'scanned') scanned = op;
    else if (op.op === 'lane') {
      const known = lanes.get(op.laneId);
      if (known) mergeInto(known, op);
      else lanes.set(op.laneId, { ...op, ...(op.add && { add: { ...op.add } }) });
    } else others.push(op);
  }
  return [...lanes.values(), ...others, ...(scanned ? [scanned] : [])];
}

function mergeInto(known: OneLane, op: Extract<LaneOp, { op: 'lane' }>): void {
  const add: Partial<Record<keyof LaneNumbers, number>> = { ...known.add };
  for (const [name, value] of Object.entries(op.add ?? {}) as [keyof LaneNumbers, number][]) add[name] = (add[name] ?? 0) + value;
  Object.assign(known, op, { add });
}
