import { HooklineError } from '@hookline/core';
import type { OidcSettings } from '../session/oidc-client.ts';
import type { Setting } from './setting.ts';

type Parsed<S> = S extends { readonly parse: (text: string) => infer R } ? Extract<R, { readonly value: unknown }>['value'] : never;
type Fallback<S> = S extends { readonly fallback: undefined } ? undefined : never;

/** The values of a table of settings, by the names in it. */
export type SettingValues<Table> = { readonly [Name in keyof Table]: Parsed<Table[Name]> | Fallback<Table[Name]> };

export interface SettingSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For the settings that may stand there; the environment wins. */
  readonly file?: { readonly name: string; readonly textOf: (key: string) => string | undefined };
  /** What was wrong with the sources themselves. */
  readonly problems?: readonly string[];
}

interface OidcValues {
  readonly oidcIssuer: string | undefined;
  readonly oidcClientId: string | undefined;
  readonly oidcClientSecret: string | undefined;
}

/** Single sign-on as the settings have it; null = it is not set up. Throws `config_invalid` for a half of it. */
export function oidcSettings({ oidcIssuer, oidcClientId, oidcClientSecret }: OidcValues): OidcSettings | null {
  if (oidcIssuer === undefined && oidcClientId === undefined) return null;
  if (oidcIssuer === undefined || oidcClientId === undefined) throw new HooklineError('config_invalid', 'HOOKLINE_OIDC_ISSUER and HOOKLINE_OIDC_CLIENT_ID go together: one of them is not set');
  return { issuer: oidcIssuer, clientId: oidcClientId, clientSecret: oidcClientSecret ?? null };
}

/** From the sources, then the defaults; frozen. Throws `config_invalid` with one line for every problem; no line shows a secret. */
export function loadSettings<Table extends Readonly<Record<string, Setting<unknown>>>>(table: Table, { env, file, problems: before = [] }: SettingSources): SettingValues<Table> {
  const problems = [...before];
  const entries = Object.entries<Setting<unknown>>(table).map(([name, setting]) => {
    // Set to nothing is not set: compose files and units pass empty variables on.
    const fromEnv = env[setting.key] || undefined;
    const given = fromEnv ?? (setting.inFile ? file?.textOf(setting.key) : undefined);
    if (given === undefined) return [name, setting.fallback];
    const parsed = setting.parse(given.trim());
    if ('value' in parsed) return [name, parsed.value];
    problems.push(`${setting.key}${fromEnv === undefined ? ` in ${file?.name ?? ''}` : ''} ${parsed.problem}${setting.secret ? '' : `, not ${JSON.stringify(given.slice(0, 100))}`}`);
    return [name, setting.fallback];
  });
  if (problems.length > 0) throw new HooklineError('config_invalid', problems.join('\n'));
  return Object.freeze(Object.fromEntries(entries)) as unknown as SettingValues<Table>;
}
