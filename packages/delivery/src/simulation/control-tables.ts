// Control data as it is on disk, and the store that one process sees of it.
import type { Hook, HookStore, ProfileState } from '@hookline/store';
import type { RelayControl } from '../relay.ts';
import type { Disk } from './disk.ts';
import type { ProcessClock } from './virtual-clock.ts';

export class ControlTables {
  readonly hooks = new Map<string, Hook>();
  readonly profiles = new Map<string, ProfileState>();
  readonly idKey: Uint8Array = new Uint8Array(32).fill(7);
}

export interface SimControl extends RelayControl {
  readonly hooks: HookStore;
  putProfile(accountId: number, key: string, fields: string): Promise<void>;
  deleteProfile(accountId: number, key: string): Promise<void>;
}

const SIGHTS = { failed: 'control write failed', lost: 'control answer lost' } as const;
const profileKey = (accountId: number, key: string): string => `${accountId}:${key}`;

export function openSimControl(tables: ControlTables, disk: Disk, clock: ProcessClock): SimControl {
  const listeners = new Set<(hook: Hook) => void>();
  /** Listeners hear of a write also when its answer was lost: the store notices by its revision. */
  const tell = (hook: Hook): Hook => {
    clock.after(0, () => {
      for (const listener of listeners) listener(hook);
    });
    return hook;
  };
  const put = (hook: Hook): Hook => {
    tables.hooks.set(hook.id, hook);
    return tell(hook);
  };
  const stored = (accountId: number, id: string): Hook | null => {
    const hook = tables.hooks.get(id);
    return hook?.accountId === accountId ? hook : null;
  };
  const hooks: HookStore = {
    create: (hook, nowMs) => disk.write(() => put({ ...hook, version: 1, createdAt: nowMs, updatedAt: nowMs }), SIGHTS),
    get: (accountId, id) =>
      disk.read(async () => {
        const hook = stored(accountId, id);
        return hook?.deletedAt === null ? hook : null;
      }),
    list: (accountId) => disk.read(async () => ({ data: [...tables.hooks.values()].filter((hook) => hook.accountId === accountId && hook.deletedAt === null), next: null })),
    update: (accountId, id, patch, { nowMs, expectedVersion, bumpVersion = true }) =>
      disk.write(() => {
        const hook = stored(accountId, id);
        if (!hook || (bumpVersion && hook.deletedAt !== null)) return 'not_found' as const;
        if (expectedVersion !== undefined && hook.version !== expectedVersion) return 'version_conflict' as const;
        return put({ ...hook, ...patch, ...(bumpVersion && { version: hook.version + 1, updatedAt: nowMs }) });
      }, SIGHTS),
    all: () => disk.read(async () => [...tables.hooks.values()]),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    hooks,
    keys: { getOrCreate: () => disk.read(async () => tables.idKey) },
    profiles: {
      lookUp: (accountId, keys) =>
        disk.read(async () => new Map(keys.map(({ databaseId, profileId }) => [`${databaseId}/${profileId}`, tables.profiles.get(profileKey(accountId, `${databaseId}/${profileId}`)) ?? { kind: 'absent' as const }]))),
      mayBeDeleted: (accountId, databaseId, profileId) => tables.profiles.get(profileKey(accountId, `${databaseId}/${profileId}`))?.kind === 'deleted',
    },
    catalog: { lookUp: async () => new Map() },
    content: { lookUp: async () => new Map() },
    putProfile: (accountId, key, fields) => disk.write(() => void tables.profiles.set(profileKey(accountId, key), { kind: 'stored', fields, version: 1, createdAt: 0, updatedAt: 0 }), SIGHTS),
    deleteProfile: (accountId, key) => disk.write(() => void tables.profiles.set(profileKey(accountId, key), { kind: 'deleted' }), SIGHTS),
  };
}
