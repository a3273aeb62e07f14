import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('has an example that runs', () => {
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')) ?? [];
  // Inside the package, where its own name leads to it.
  const file = fileURLToPath(new URL(`./readme-example-${process.pid}.mjs`, import.meta.url));
  try {
    writeFileSync(file, example);
    const run = spawnSync(process.execPath, ['--conditions=source', file], { encoding: 'utf8' });
    expect(run).toMatchObject({ status: 0, stdout: '1 order-1 null\n' });
  } finally {
    rmSync(file);
  }
});
