export { loadConfig } from './config.ts';
export type { HooklineConfig } from './config.ts';
export { openHookline } from './open-hookline.ts';
export type { Hookline, HooklineOptions } from './open-hookline.ts';
