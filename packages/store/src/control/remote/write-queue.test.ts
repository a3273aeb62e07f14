import { describe, expect, it } from 'vitest';
import type { SqlStatement } from '../control-sql.ts';
import { createWriteQueue } from './write-queue.ts';

const unit = (name: string): readonly SqlStatement[] => [{ sql: name, params: [] }];

/** A server that answers when told to; statements called `bad` fail their batch, `lost` ones leave it unknown what became of it. */
function makeServer() {
  const batches: string[] = [];
  const pending: (() => void)[] = [];
  const queue = createWriteQueue(
    (statements) =>
      new Promise((resolve, reject) => {
        const names = statements.map(({ sql }) => sql);
        batches.push(names.join(' '));
        const fault = names.find((name) => name === 'bad' || name === 'lost');
        pending.push(() => (fault === undefined ? resolve(names.map((name) => [[name]])) : reject(new Error(fault))));
      }),
    (error) => error instanceof Error && error.message === 'bad',
  );
  async function answerAll(): Promise<void> {
    let idle = false;
    void queue.idle().then(() => (idle = true));
    while (!idle) {
      pending.shift()?.();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
  const add = (name: string, bulk = false): Promise<unknown> => queue.add(unit(name), bulk).catch((error: Error) => error.message);
  return { batches, answerAll, add };
}

describe('the write queue of a server', () => {
  it('sends one batch at a time and joins what arrives meanwhile', async () => {
    const { batches, answerAll, add } = makeServer();
    const answers = Promise.all(['a', 'b', 'c'].map((name) => add(name)));
    await answerAll();
    expect([batches, await answers]).toEqual([
      ['a', 'b c'],
      [[[['a']]], [[['b']]], [[['c']]]],
    ]);
  });

  it('sends units by themselves when one of them is wrong', async () => {
    const { batches, answerAll, add } = makeServer();
    const answers = Promise.all(['first', 'a', 'bad', 'b'].map((name) => add(name)));
    await answerAll();
    expect(batches).toEqual(['first', 'a bad b', 'a', 'bad', 'b']);
    expect(await answers).toEqual([[[['first']]], [[['a']]], 'bad', [[['b']]]]);
  });

  it('sends nothing again when it is not known what became of it', async () => {
    const { batches, answerAll, add } = makeServer();
    const answers = Promise.all(['first', 'a', 'lost'].map((name) => add(name)));
    await answerAll();
    expect([batches, await answers]).toEqual([
      ['first', 'a lost'],
      [[[['first']]], 'lost', 'lost'],
    ]);
  });

  it('lets bulk units in one by one', async () => {
    const { batches, answerAll, add } = makeServer();
    const answers = Promise.all([add('a'), add('bulk1', true), add('bulk2', true), add('b'), add('c')]);
    await answerAll();
    await answers;
    expect(batches).toEqual(['a', 'b c bulk1', 'bulk2']);
  });
});
