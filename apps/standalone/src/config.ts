import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HooklineError } from '@hookline/core';
import type { Setting } from './setting.ts';
import { SETTINGS } from './settings.ts';

type Parsed<S> = S extends { readonly parse: (text: string) => infer R } ? Extract<R, { readonly value: unknown }>['value'] : never;
type Fallback<S> = S extends { readonly fallback: undefined } ? undefined : never;

/** The settings of the process, parsed; names as in `SETTINGS`. Frozen. */
export type HooklineConfig = { readonly [Name in keyof typeof SETTINGS]: Parsed<(typeof SETTINGS)[Name]> | Fallback<(typeof SETTINGS)[Name]> };

const FILE = 'main.json';

/** From the environment, then main.json in the data directory, then the defaults. Throws `config_invalid` with one line for every problem; no line shows a secret. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): HooklineConfig {
  const problems: string[] = [];
  const dataDir = env[SETTINGS.dataDir.key] || SETTINGS.dataDir.fallback;
  const file = readFile(path.join(dataDir, FILE), problems);
  const entries = Object.entries<Setting<unknown>>(SETTINGS).map(([name, setting]) => {
    // Set to nothing is not set: compose files and units pass empty variables on.
    const fromEnv = env[setting.key] || undefined;
    const given = fromEnv ?? (setting.inFile ? fileText(file, setting.key) : undefined);
    if (given === undefined) return [name, setting.fallback];
    const parsed = setting.parse(given.trim());
    if ('value' in parsed) return [name, parsed.value];
    problems.push(`${setting.key}${fromEnv === undefined ? ` in ${FILE}` : ''} ${parsed.problem}${setting.secret ? '' : `, not ${JSON.stringify(given.slice(0, 100))}`}`);
    return [name, setting.fallback];
  });
  if (problems.length > 0) throw new HooklineError('config_invalid', problems.join('\n'));
  return Object.freeze(Object.fromEntries(entries)) as unknown as HooklineConfig;
}

/** What `--print-config` shows: one line a setting, secrets as `***`. */
export function printConfig(config: HooklineConfig): string {
  const lines = Object.entries<Setting<unknown>>(SETTINGS).map(([name, setting]) => {
    const value = config[name as keyof HooklineConfig];
    const shown = value === undefined ? '' : setting.secret ? '***' : Array.isArray(value) ? value.join(',') : String(value);
    return `${setting.key}=${shown}`;
  });
  return `${lines.join('\n')}\n`;
}

function readFile(file: string, problems: string[]): Readonly<Record<string, unknown>> {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error: unknown) {
    const { code } = error as { code?: unknown };
    if (code !== 'ENOENT' && code !== 'ENOTDIR') problems.push(`${FILE} cannot be read: ${String(code)}`);
    return {};
  }
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // said below, like everything else that is no object
  }
  problems.push(`${FILE} must be a JSON object`);
  return {};
}

function fileText(file: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = Object.hasOwn(file, key) ? file[key] : undefined;
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
