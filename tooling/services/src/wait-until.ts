import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 25;

/** Resolves when `condition` holds; rejects after `deadlineMs`, or as soon as `givenUp` says why it never will. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { deadlineMs, givenUp = () => null }: { readonly deadlineMs: number; readonly givenUp?: () => string | null },
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    const reason = givenUp();
    if (reason !== null) throw new Error(`${what}: ${reason}`);
    if (performance.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`);
    await pause(POLL_MS);
  }
}
