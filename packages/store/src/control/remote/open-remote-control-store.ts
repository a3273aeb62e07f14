import { HooklineError } from '@hookline/core';
import type { Clock } from '@hookline/core';
import { assembleControlStore } from '../assemble-control-store.ts';
import type { OpenControlStore } from '../assemble-control-store.ts';
import { createControlSql } from '../control-sql.ts';
import { verifyMasterKey } from '../key-store.ts';
import { migrate } from '../migrate.ts';
import { resealSecrets } from '../reseal-secrets.ts';
import { readRevisions } from '../revision.ts';
import { CONTROL_MIGRATIONS } from '../schema/control-migrations.ts';
import { createPooledFetch } from './pooled-fetch.ts';
import { openRemoteSql } from './remote-sql.ts';
import { createRefresher, startRevisionPoll } from './revision-poll.ts';
import { createRemoteContentStore } from '../../content/remote/remote-content-store.ts';
import { createSecretBox, parseMasterKeys } from '../../secret/secret-box.ts';

const HOUR_MS = 3_600_000;

export interface RemoteControlStoreOptions {
  /** `http:`, `https:` or `libsql:`. */
  readonly url: string;
  readonly token?: string | undefined;
  /** The server's admin API, by which durability is verified and set before anything is acknowledged. Left out, durability is the operator's word. */
  readonly adminUrl?: string | undefined;
  /** 32 bytes, base64; the same for every process on this database. */
  readonly masterKey: string;
  readonly retentionHours: number;
  readonly contentBytesMax: number;
  readonly clock: Clock;
  /** Instead of the undici pool, e.g. where undici does not run. Without the pool a server's quiet restart is noticed by `health` only. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /**
   * For processes that live no longer than a request: no timer runs and no write waits for another's. Called once with what takes up the writes of other processes;
   * without it that happens once a second.
   */
  readonly onRefresh?: (refresh: () => Promise<void>) => void;
}

/** The control data on a libSQL server, shared with other processes. Rejects as `openEmbeddedControlStore` does. */
export async function openRemoteControlStore(options: RemoteControlStoreOptions): Promise<OpenControlStore> {
  const { url, token, adminUrl, clock } = options;
  const box = createSecretBox(parseMasterKeys(options.masterKey));
  if (!/^(https?|libsql):/.test(url)) throw new HooklineError('config_invalid', 'the database URL must be http:, https: or libsql:');
  const pool = options.fetch === undefined ? createPooledFetch() : null;
  const runner = openRemoteSql({ url, token, adminUrl, clock, fetch: options.fetch ?? pool!.fetch, onDisconnect: pool?.onDisconnect ?? (() => {}), queued: options.onRefresh === undefined });
  const closeConnection = async (): Promise<void> => {
    await runner.close();
    await pool?.close();
  };
  try {
    await migrate(runner, CONTROL_MIGRATIONS);
    const control = createControlSql(runner);
    await verifyMasterKey(control, box, clock.now());
    await resealSecrets(control, box);
    const content = createRemoteContentStore(runner, { retentionMs: options.retentionHours * HOUR_MS, bytesMax: options.contentBytesMax });
    const seen = await readRevisions(control);
    let poll: ReturnType<typeof startRevisionPoll> | null = null;
    const close = async (): Promise<void> => {
      await poll?.close();
      await closeConnection();
    };
    const { store, refresh } = await assembleControlStore({ runner, control, box, content, clock, close });
    const changes = { seen, read: () => readRevisions(control), refresh };
    if (options.onRefresh === undefined) poll = startRevisionPoll({ clock, ...changes });
    else options.onRefresh(createRefresher(changes));
    return store;
  } catch (error: unknown) {
    await closeConnection();
    throw error;
  }
}
