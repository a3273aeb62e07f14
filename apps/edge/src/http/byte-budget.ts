/** A cap on bytes held at once. `tryTake` says no instead of waiting: the caller answers 503 and the client comes back. */
export interface ByteBudget {
  tryTake(bytes: number): boolean;
  give(bytes: number): void;
  inFlight(): number;
}

export function createByteBudget(bytesMax: number): ByteBudget {
  let taken = 0;
  return {
    tryTake(bytes) {
      if (taken + bytes > bytesMax) return false;
      taken += bytes;
      return true;
    },
    give(bytes) {
      taken -= bytes;
    },
    inFlight: () => taken,
  };
}
