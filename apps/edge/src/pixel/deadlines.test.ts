import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDeadlines } from './deadlines.ts';

/** One that moves when it is told to. */
function handClock() {
  let now = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  return {
    monotonic: () => now,
    after(delayMs: number, run: () => void) {
      timers.push({ at: now + delayMs, run });
      return () => {};
    },
    move(by: number) {
      now += by;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
    timerCount: () => timers.length,
  };
}

it('reaches those that were not called off, each at its time, by one timer', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.constant('begin' as const), fc.record({ end: fc.nat() }), fc.record({ move: fc.integer({ min: 1, max: 40 }) })), { maxLength: 60 }), (steps) => {
    const clock = handClock();
    const deadlines = createDeadlines(clock, 100);
    const waits: { readonly from: number; readonly end: () => void; ended: boolean; reached: number | null }[] = [];
    for (const step of steps) {
      if (step === 'begin') {
        const wait = { from: clock.monotonic(), end: () => {}, ended: false, reached: null as number | null };
        wait.end = deadlines.begin(() => (wait.reached = clock.monotonic()));
        waits.push(wait);
      } else if ('end' in step) {
        const wait = waits[step.end % Math.max(1, waits.length)];
        if (wait !== undefined && wait.reached === null) wait.ended = true;
        wait?.end();
        wait?.end();
      } else for (let ms = 0; ms < step.move; ms++) clock.move(1);
      expect(clock.timerCount()).toBeLessThanOrEqual(1);
      const now = clock.monotonic();
      for (const wait of waits) expect(wait.reached).toBe(!wait.ended && now >= wait.from + 100 ? wait.from + 100 : null);
    }
  }));
});
