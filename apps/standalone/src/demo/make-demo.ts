import { randomBytes } from 'node:crypto';
import { type AddressPolicy, createAddressPolicy, type HookRequest, mapSecrets, newId } from '@hookline/core';
import type { ControlStore, HookChanges } from '@hookline/store';
import { demoBrokerHooks } from './demo-brokers.ts';
import { readDemoSettings, writeDemoSettings } from './demo-settings.ts';
import { DEMO_ACCOUNT, DEMO_CATALOG, DEMO_PROFILES, DEMO_SELECTION } from './demo-world.ts';

export interface DemoOptions {
  readonly dataDir: string;
  readonly control: ControlStore;
  readonly hookChanges: HookChanges;
  readonly now: () => number;
  /** Where the receiver listens now. */
  readonly receiverPort: number;
}

/** The receiver's port of last time; 0 = there was none. */
export const demoPortOf = (dataDir: string): number => readDemoSettings(dataDir)?.port ?? 0;

/** Made once, on the first start: names, profiles and a hook per destination that is reachable. Later starts only correct the receiver's port. */
export async function makeDemo(options: DemoOptions): Promise<void> {
  const { dataDir, control, hookChanges, now, receiverPort } = options;
  const known = readDemoSettings(dataDir);
  const url = `http://127.0.0.1:${receiverPort}/hook`;
  if (known) {
    const hook = await control.hooks.get(DEMO_ACCOUNT, known.httpHookId);
    if (known.port !== receiverPort && hook?.request.type === 'http') await hookChanges.update(hook, { ...hook, request: { ...hook.request, url } }, null);
    writeDemoSettings(dataDir, { ...known, port: receiverPort });
    return;
  }
  await control.catalog.put(DEMO_ACCOUNT, DEMO_CATALOG, now());
  await control.profiles.put(DEMO_ACCOUNT, DEMO_PROFILES, now());
  const create = async (name: string, request: HookRequest): Promise<string> => {
    const id = newId('hok', randomBytes(16));
    const sealed = mapSecrets(request, (secret, field) => ('open' in secret ? { sealed: control.keys.seal(secret.open, `${DEMO_ACCOUNT}/${id}/${field}`) } : secret));
    await hookChanges.create({ id, accountId: DEMO_ACCOUNT, name, active: true, selection: DEMO_SELECTION, request: sealed });
    return id;
  };
  const httpHookId = await create('Demo: everything to this receiver', { type: 'http', url, max_batch_size: 100, timeout_sec: 1, success_status: '2xx', request_timeout_sec: 15, headers: {}, auth: { type: 'none' } });
  const brokerHooks: Record<string, { host: string; port: number }> = {};
  for (const hook of await demoBrokerHooks()) brokerHooks[await create(hook.name, hook.request)] = { host: '127.0.0.1', port: hook.port };
  writeDemoSettings(dataDir, { port: receiverPort, httpHookId, brokerHooks });
}

/** What the demo's hooks may dial besides the rules for everybody: each its own destination on this machine, and nothing else there. */
export function demoPolicies(dataDir: string, receiverPort: number): ReadonlyMap<string, AddressPolicy> {
  const settings = readDemoSettings(dataDir);
  if (!settings) return new Map();
  const places = Object.entries({ ...settings.brokerHooks, [settings.httpHookId]: { host: '127.0.0.1', port: receiverPort } });
  return new Map(places.map(([hookId, place]) => [hookId, onlyPort(createAddressPolicy({ allow: [place.host], allowHttp: true, self: [] }), place.port)]));
}

function onlyPort(policy: AddressPolicy, port: number): AddressPolicy {
  const elsewhere = { code: 'address_forbidden', message: 'a demo hook delivers to its own destination only' } as const;
  return {
    checkUrl: (url) => (URL.canParse(url) && new URL(url).port === String(port) ? policy.checkUrl(url) : { path: '', ...elsewhere }),
    checkHost: (host, at) => (at === port ? policy.checkHost(host, at) : { path: '/port', ...elsewhere }),
    checkAddress: (ip, hostName, at) => (at === port ? policy.checkAddress(ip, hostName, at) : { allowed: false, reason: elsewhere.code, message: elsewhere.message }),
    isAllowedHost: (name) => policy.isAllowedHost(name),
  };
}
