// `npm start -- import-hooks FILE [--account N]`: hooks in the platform's own words. Where the product runs they go to it over its API, with the token of the
// environment; where it does not, they are written by this process itself, which holds the data for that moment.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Clock, createAddressPolicy, HooklineError, NEW_ID_BYTES, newId, type Problem } from '@hookline/core';
import { importHooks } from '@hookline/edge';
import { HookChanges } from '@hookline/store';
import type { HooklineConfig } from './config.ts';
import { openStores } from './open-stores.ts';

/** What became of one hook, for people. */
export interface ImportLine {
  readonly name: string;
  /** null = it could not be made. */
  readonly hookId: string | null;
  readonly problems: readonly Problem[];
  readonly unmapped: readonly Problem[];
}

const ACCOUNT_DEFAULT = 1;
const CONNECT_TIMEOUT_MS = 2_000;
const IMPORT_TIMEOUT_MS = 60_000;

interface ImportArguments {
  readonly file: string;
  readonly accountId: number;
}

/** Throws `config_invalid` where the arguments, or the file, are no use. */
function parseImportArguments(args: readonly string[]): ImportArguments {
  const [file, option, account, ...rest] = args;
  const accountId = option === undefined ? ACCOUNT_DEFAULT : Number(account);
  const isUsable = file !== undefined && !file.startsWith('--') && rest.length === 0 && (option === undefined || option === '--account') && Number.isSafeInteger(accountId) && accountId > 0;
  if (!isUsable) throw new HooklineError('config_invalid', 'usage: import-hooks FILE [--account N]');
  return { file, accountId };
}

function readHooksFile(file: string): readonly Record<string, unknown>[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error: unknown) {
    throw new HooklineError('config_invalid', `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  const hooks = Array.isArray(value) ? value : isObject(value) && Array.isArray(value['hooks']) ? value['hooks'] : isObject(value) ? [value] : null;
  if (hooks === null || hooks.length === 0 || !hooks.every(isObject)) throw new HooklineError('config_invalid', `${file} must hold a hook, an array of hooks, or {"hooks": […]}`);
  return hooks;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

export async function runImport(config: HooklineConfig, clock: Clock, args: readonly string[]): Promise<readonly ImportLine[]> {
  const { file, accountId } = parseImportArguments(args);
  const hooks = readHooksFile(file);
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${config.port}`;
  return (await isRunning(url)) ? importOverApi(url, config, accountId, hooks) : importHere(config, clock, accountId, hooks);
}

async function isRunning(url: string): Promise<boolean> {
  return fetch(`${url}/livez`, { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) }).then((response) => response.ok, () => false);
}

interface ApiAnswer {
  readonly items?: readonly { readonly index: number; readonly hook?: { readonly id: string }; readonly problems?: readonly Problem[]; readonly unmapped: readonly Problem[] }[];
  readonly error?: { readonly message: string; readonly problems: readonly Problem[] };
}

async function importOverApi(url: string, config: HooklineConfig, accountId: number, hooks: readonly Record<string, unknown>[]): Promise<readonly ImportLine[]> {
  if (config.adminToken === undefined) throw new HooklineError('config_invalid', `HOOKLINE_ADMIN_TOKEN is needed: Hookline runs on ${url}, and the hooks go to it with a master token`);
  const response = await fetch(`${url}/v1/hooks/import`, {
    method: 'POST', headers: { authorization: `Bearer ${config.adminToken}`, 'content-type': 'application/json', 'hookline-account': String(accountId) }, body: JSON.stringify(hooks), signal: AbortSignal.timeout(IMPORT_TIMEOUT_MS),
  });
  const answer = (await response.json()) as ApiAnswer;
  if (answer.items === undefined) throw new HooklineError('config_invalid', `the import was refused with ${response.status}: ${answer.error?.message ?? ''}`);
  return answer.items.map(({ index, hook, problems, unmapped }) => ({ name: nameOf(hooks[index]), hookId: hook?.id ?? null, problems: problems ?? [], unmapped }));
}

async function importHere(config: HooklineConfig, clock: Clock, accountId: number, hooks: readonly Record<string, unknown>[]): Promise<readonly ImportLine[]> {
  const stores = await openStores(config, clock);
  try {
    const { control, logs } = stores;
    await control.ensureInitial({ adminToken: config.adminToken, platformToken: config.platformToken });
    if (!control.accounts.exists(accountId)) throw new HooklineError('config_invalid', `account ${accountId} has not been made`);
    const hookChanges = new HookChanges({ control, logs, now: () => clock.now(), openEvents: async () => 0 });
    const address = createAddressPolicy({ allow: config.allowDestinations, allowHttp: config.allowHttp, self: [] });
    const imported = await importHooks({ control, hookChanges, address, nowMs: clock.now(), newId: (prefix) => newId(prefix, randomBytes(NEW_ID_BYTES)) }, { accountId, actor: { tokenId: null, userId: null } }, hooks);
    return imported.map(({ index, hook, problems, unmapped }) => ({ name: nameOf(hooks[index]), hookId: hook?.id ?? null, problems, unmapped }));
  } finally {
    await stores.close();
  }
}

function nameOf(description: Record<string, unknown> | undefined): string {
  const name = Object.entries(description ?? {}).find(([key]) => ['name', 'title'].includes(key.toLowerCase()))?.[1];
  return typeof name === 'string' ? name : '(no name)';
}

/** One line a hook, and one for everything that was not brought over. */
export function printImport(lines: readonly ImportLine[]): string {
  const made = lines.filter(({ hookId }) => hookId !== null).length;
  const shown = lines.map(({ name, hookId, problems, unmapped }) => [
    hookId === null ? `not made: ${name}` : `made, inactive: ${name} (${hookId})`,
    ...problems.map(({ path, message }) => `  problem at ${path || 'the hook'}: ${message}`),
    ...unmapped.map(({ path, message }) => `  not brought over, ${path}: ${message}`),
  ].join('\n'));
  return `${shown.join('\n')}\n${made} of ${lines.length} hooks made\n`;
}
