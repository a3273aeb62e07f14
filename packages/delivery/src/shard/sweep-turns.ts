// For which lane the next page behind the head is read. Two sweeps take turns, a page each, and every lane whose cursor is in a page is fed by it:
//
//   convoy   goes up from the lowest cursor and takes along whom it meets: however many lanes are behind, it reads the log once.
//   courier  goes round the lanes above the convoy, lowest first, a page for each and the next lap only when all have had theirs: who has fallen behind a moment ago does
//            not wait until the convoy has come up through a year of the log.
//
// So all lanes behind read the log twice at most, not once each.

interface Behind {
  readonly readThrough: number;
}

export class SweepTurns<L extends Behind> {
  #isCouriers = false;
  /** Lanes that have had a page in this lap of the courier. */
  readonly #fed = new Set<L>();

  /** One of these lanes; there must be one. */
  next(lanes: readonly L[]): L {
    const lowest = lowestOf(lanes);
    this.#isCouriers = !this.#isCouriers;
    if (!this.#isCouriers) return lowest;
    const above = lanes.filter((lane) => lane.readThrough > lowest.readThrough);
    let hungry = above.filter((lane) => !this.#fed.has(lane));
    if (hungry.length === 0) {
      this.#fed.clear();
      hungry = above;
    }
    return hungry.length === 0 ? lowest : lowestOf(hungry);
  }

  /** A page has moved its cursor. */
  fed(lane: L): void {
    this.#fed.add(lane);
  }
}

const lowestOf = <L extends Behind>(lanes: readonly L[]): L => lanes.reduce((lowest, lane) => (lane.readThrough < lowest.readThrough ? lane : lowest));
