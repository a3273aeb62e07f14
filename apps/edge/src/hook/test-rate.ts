import type { Clock } from '@hookline/core';

const MINUTE_MS = 60_000;

/** Takes one from the account's allowance. 0 = granted; else how long until the next one is, ms. */
export type TestRate = (accountId: number) => number;

/** A sliding minute. Test sends reach any destination the policy lets through, so nobody may make many. */
export function createTestRate(clock: Pick<Clock, 'monotonic'>, countMax: number): TestRate {
  const sends = new Map<number, number[]>();
  return (accountId) => {
    const now = clock.monotonic();
    for (const [account, times] of sends) if ((times.at(-1) ?? 0) <= now - MINUTE_MS) sends.delete(account);
    const recent = (sends.get(accountId) ?? []).filter((time) => time > now - MINUTE_MS);
    const [oldest] = recent;
    if (recent.length >= countMax && oldest !== undefined) return oldest + MINUTE_MS - now;
    sends.set(accountId, [...recent, now]);
    return 0;
  };
}
