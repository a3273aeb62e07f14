import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadSettings, type Setting, type SettingValues } from '@hookline/edge';
import { SETTINGS } from './settings.ts';

/** The settings of the process, parsed; names as in `SETTINGS`. Frozen. */
export type HooklineConfig = SettingValues<typeof SETTINGS>;

const FILE = 'main.json';

type Environment = Readonly<Record<string, string | undefined>>;

/** From the environment, then main.json in the data directory, then the defaults. Throws `config_invalid` with one line for every problem; no line shows a secret. */
export function loadConfig(env: Environment): HooklineConfig {
  const problems: string[] = [];
  const file = readMainFile(env, problems);
  return loadSettings(SETTINGS, { env, file: { name: FILE, textOf: (key) => fileText(file, key) }, problems });
}

/** What `--print-config` shows: one line a setting, with its unit and where its value comes from; secrets as `***`. Throws like `loadConfig`. */
export function printConfig(env: Environment): string {
  const config = loadConfig(env);
  const file = readMainFile(env, []);
  const lines = Object.entries<Setting<unknown>>(SETTINGS).map(([name, setting]) => {
    const { key, unit, secret, inFile } = setting;
    const value = config[name as keyof HooklineConfig];
    const shown = value === undefined ? '' : secret ? '***' : Array.isArray(value) ? value.join(',') : String(value);
    const source = env[key] ? 'from the environment' : inFile && Object.hasOwn(file, key) ? `from ${FILE}` : 'default';
    return `${key}=${shown} # ${unit === undefined ? '' : `${unit}, `}${source}`;
  });
  return `${lines.join('\n')}\n`;
}

function readMainFile(env: Environment, problems: string[]): Readonly<Record<string, unknown>> {
  return readFile(path.join(env[SETTINGS.dataDir.key] || SETTINGS.dataDir.fallback, FILE), problems);
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
