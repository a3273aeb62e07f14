export { bunProgram, denoProgram, wranglerProgram } from './programs.ts';
export { startRuntime } from './start-runtime.ts';
export type { RuntimeCommand, RuntimeProcess } from './start-runtime.ts';
export { wranglerCommand } from './wrangler-command.ts';
