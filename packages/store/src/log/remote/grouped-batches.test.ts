import { describe, expect, it } from 'vitest';
import { GroupedBatches, type StatementRows } from './grouped-batches.ts';

/** A server that answers when told to, and a clock that moves when told to. */
function makeServer() {
  const batches: string[] = [];
  const pending: { readonly answer: () => void; readonly fail: () => void }[] = [];
  let timers: (() => void)[] = [];
  const grouped = new GroupedBatches(
    (statements) =>
      new Promise<StatementRows>((resolve, reject) => {
        const names = statements.map(({ sql }) => sql);
        batches.push(names.join(' '));
        pending.push({ answer: () => resolve(names.map((name) => [[name]])), fail: () => reject(new Error('away')) });
      }),
    {
      after(_, callback) {
        timers.push(callback);
        return () => (timers = timers.filter((timer) => timer !== callback));
      },
    },
  );
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    batches, turn,
    timerCount: () => timers.length,
    run: (...names: readonly string[]) => grouped.run(names.map((sql) => ({ sql, args: [] }))).catch((error: Error & { code?: string }) => error.code ?? error.message),
    async answer(how: 'answer' | 'fail' = 'answer') {
      pending.shift()?.[how]();
      await turn();
    },
    async patienceEnds() {
      for (const timer of timers.splice(0)) timer();
      await turn();
    },
  };
}

describe('batches that requests share', () => {
  it('go one at a time, with everything that came meanwhile in the next, and each gets its own rows', async () => {
    const server = makeServer();
    const first = server.run('a1', 'a2');
    const others = Promise.all([server.run('b'), server.run('c1', 'c2')]);
    await server.turn();
    expect(server.batches).toEqual(['a1 a2']);
    await server.answer();
    expect(server.batches).toEqual(['a1 a2', 'b c1 c2']);
    await server.answer();
    expect([await first, await others]).toEqual([[[['a1']], [['a2']]], [[[['b']]], [[['c1']], [['c2']]]]]);
    expect(server.timerCount()).toBe(0);
  });

  it('fail for those that were in them alone', async () => {
    const server = makeServer();
    const first = server.run('a');
    const second = server.run('b');
    await server.answer('fail');
    await server.answer();
    expect([await first, await second]).toEqual(['away', [[['b']]]]);
  });

  it('that do not come back are somebody else\'s loss: the next goes on, and what was in them stays open', async () => {
    const server = makeServer();
    const lost = server.run('a');
    const next = server.run('b');
    const inLost = server.run('c');
    await server.turn();
    await server.patienceEnds();
    expect(server.batches).toEqual(['a', 'b c']);
    await server.answer();
    await server.answer();
    expect([await next, await inLost]).toEqual([[[['b']]], [[['c']]]]);
    expect(await lost).toEqual([[['a']]]);
  });

  it('whose sender is gone tell the others that nobody knows', async () => {
    const server = makeServer();
    void server.run('a');
    const joined = [server.run('b'), server.run('c')];
    await server.answer();
    expect(server.batches).toEqual(['a', 'b c']);
    await server.patienceEnds();
    expect(await joined[1]).toBe('store_unavailable');
  });

  it('let only so many wait', async () => {
    const server = makeServer();
    const answers = Array.from({ length: 502 }, (_, n) => server.run(String(n)));
    expect(await answers[501]).toBe('overloaded');
    for (let batch = 0; batch < 17; batch++) await server.answer();
    expect(server.batches.map((names) => names.split(' ').length)).toEqual([1, ...Array(15).fill(32), 20]);
  });
});
