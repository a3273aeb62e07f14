import { describe, expect, it } from 'vitest';
import { createDialGuard } from '../dial/dial-guard.ts';
import { openPolicy } from '../../test/open-policy.ts';
import { systemClock } from '../system-clock.ts';
import type { AmqpConnection } from './amqp-connection.ts';
import type { AmqpDestination } from './amqp-destination.ts';
import { AmqpLink } from './amqp-link.ts';

/** A connection that is asked about queues, and answers when the test says so. */
function lookedAt() {
  const looks: PromiseWithResolvers<boolean>[] = [];
  const connection = {
    isQueueThere: () => {
      const look = Promise.withResolvers<boolean>();
      looks.push(look);
      return look.promise;
    },
  } as unknown as AmqpConnection;
  const link = new AmqpLink({} as AmqpDestination, { guard: createDialGuard(openPolicy), clock: systemClock, clientName: 'test' });
  return { looks, ask: () => link.isQueueThere(connection, 'q') };
}
const turns = () => new Promise((resolve) => setImmediate(resolve));

describe('whether a queue is still there', () => {
  it('is asked once for all who ask at a time', async () => {
    const { looks, ask } = lookedAt();
    const answers = [ask(), ask(), ask()];
    await turns();
    expect(looks).toHaveLength(1);
    looks[0]?.resolve(true);
    expect(await Promise.all(answers)).toEqual([true, true, true]);
  });

  it('is not answered by a look that began before: what was confirmed since may be in a queue that is gone', async () => {
    const { looks, ask } = lookedAt();
    const first = ask();
    await turns();
    const [second, third] = [ask(), ask()];
    await turns();
    looks[0]?.resolve(true);
    expect(await first).toBe(true);
    await turns();
    looks[1]?.resolve(false);
    expect(await Promise.all([second, third])).toEqual([false, false]);
    expect(looks).toHaveLength(2);
  });

  it('is asked again after a look that failed', async () => {
    const { looks, ask } = lookedAt();
    const first = ask();
    await turns();
    looks[0]?.reject(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    const second = ask();
    await turns();
    looks[1]?.resolve(true);
    expect(await second).toBe(true);
  });
});
