import { describe, it } from 'vitest';
import type { RuntimeCommand } from './runtime-process.ts';
import type { Runtime } from './runtimes.ts';

/** `describe` for what needs the program of a runtime. Where it is not installed the tests are skipped, with the command that brings it; with REQUIRE_BROKERS=1 that is a failure. */
export function describeRuntime(runtime: Runtime, body: (command: (env: Readonly<Record<string, string>>) => RuntimeCommand) => void): void {
  if (runtime.command({}) !== null) return body((env) => runtime.command(env) as RuntimeCommand);
  const message = `${runtime.name} is not installed for ${process.platform}-${process.arch}: pnpm install brings it where it exists`;
  if (process.env['REQUIRE_BROKERS'] === '1') {
    it('has its runtime', () => {
      throw new Error(message);
    });
    return;
  }
  process.stderr.write(`\nSKIPPED: ${message}\n\n`);
  describe.skip(message, () => it('runs', () => {}));
}
