import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('has an example that runs', () => {
  const folder = fileURLToPath(new URL('../..', import.meta.url));
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(`${folder}/README.md`, 'utf8')) ?? [];
  const run = spawnSync(process.execPath, ['--conditions=source', '--input-type=module', '-e', example], { cwd: folder, encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stdout: '1 order-1 null\n' });
});
