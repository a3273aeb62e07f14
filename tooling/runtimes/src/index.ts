export { bunProgram, denoProgram, workerdProgram, wranglerProgram } from './programs.ts';
