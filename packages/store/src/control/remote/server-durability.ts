// A libSQL server syncs nothing per commit unless it is told to, and forgets that at a restart without namespaces. So it is asked, and told, before anything is acknowledged.

import { HooklineError } from '@hookline/core';
import { namespaceOf } from './server-namespace.ts';

const ANSWER_MS_MAX = 5_000;
/** After this the server takes the lock from a transaction that does nothing. Unset means never, and every change of its settings unsets what it leaves out. */
const TRANSACTION_TIMEOUT_S = 5;

interface NamespaceSettings {
  readonly durability_mode?: string | null;
  readonly txn_timeout_s?: number | null;
}

/** Makes commits durable in the namespace of `databaseUrl`; true = they were already. Throws `store_unavailable` unless the server then says that they are. */
export async function ensureServerDurability(adminUrl: string, databaseUrl: string): Promise<boolean> {
  const url = `${adminUrl.replace(/\/$/, '')}/v1/namespaces/${namespaceOf(databaseUrl)}/config`;
  const settings = await call(url);
  if (isDurable(settings)) return true;
  await call(url, { ...settings, durability_mode: 'strong', txn_timeout_s: settings.txn_timeout_s ?? TRANSACTION_TIMEOUT_S });
  if (!isDurable(await call(url))) throw new HooklineError('store_unavailable', 'the libSQL server does not keep durability_mode strong');
  return false;
}

function isDurable(settings: NamespaceSettings): boolean {
  return settings.durability_mode === 'strong' && typeof settings.txn_timeout_s === 'number';
}

async function call(url: string, settings?: NamespaceSettings): Promise<NamespaceSettings> {
  try {
    const change = settings === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(settings) };
    const answer = await fetch(url, { ...change, signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return settings === undefined ? ((await answer.json()) as NamespaceSettings) : settings;
  } catch (error: unknown) {
    throw new HooklineError('store_unavailable', 'the admin API of the libSQL server does not answer', error);
  }
}
