/** Runs jobs on one key one after the other, so that "read the version, then write" is one step for writers of this process. */
export interface VersionLock {
  run<T>(key: string, job: () => Promise<T>): Promise<T>;
}

export function createVersionLock(): VersionLock {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run(key, job) {
      const before = tails.get(key) ?? Promise.resolve();
      const mine = before.then(job, job);
      const settled = mine.catch(() => undefined);
      tails.set(key, settled);
      try {
        return await mine;
      } finally {
        if (tails.get(key) === settled) tails.delete(key);
      }
    },
  };
}
