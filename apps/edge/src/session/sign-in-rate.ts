import { addressGroup } from '../pixel/client-address.ts';
import { createTokenBuckets } from '../pixel/token-buckets.ts';
import { refuse, type Refusal } from '../http/refusal.ts';

// A guess costs 64 MiB and a tenth of a second of ours, so guesses are counted before they are made: by login and address together, by address alone, and how many run
// at once.

const GUESSES_BURST = 10;
const GUESS_EVERY_SEC = 30;
const ADDRESS_BURST = 60;
const ADDRESS_PER_SEC = 1;
const BUCKETS_MAX = 20_000;
const RUNNING_MAX = 4;

const TOO_MANY = refuse(429, 'too_many_attempts', 'Too many attempts. Try again in half a minute.', '', { 'retry-after': String(GUESS_EVERY_SEC) });

export interface SignInRate {
  /** Runs `guess`, or refuses it unlooked at. `address` is that of the socket, '' = unknown. */
  run<T>(login: string, address: string, guess: () => Promise<T>): Promise<T | Refusal>;
}

export function createSignInRate(now: () => number): SignInRate {
  const byLogin = createTokenBuckets({ perSecond: 1 / GUESS_EVERY_SEC, burst: GUESSES_BURST, bucketsMax: BUCKETS_MAX, now });
  const byAddress = createTokenBuckets({ perSecond: ADDRESS_PER_SEC, burst: ADDRESS_BURST, bucketsMax: BUCKETS_MAX, now });
  let running = 0;
  return {
    async run(login, address, guess) {
      const group = addressGroup(address);
      if (running >= RUNNING_MAX || !byAddress.tryTake(group) || !byLogin.tryTake(JSON.stringify([login, group]))) return TOO_MANY;
      running += 1;
      try {
        return await guess();
      } finally {
        running -= 1;
      }
    },
  };
}
