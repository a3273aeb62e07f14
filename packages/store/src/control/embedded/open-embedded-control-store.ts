import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HooklineError } from '@hookline/core';
import type { Clock } from '@hookline/core';
import { assembleControlStore } from '../assemble-control-store.ts';
import type { OpenControlStore } from '../assemble-control-store.ts';
import { createControlSql } from '../control-sql.ts';
import type { ControlSql } from '../control-sql.ts';
import { hasSealedCheck, verifyMasterKey } from '../key-store.ts';
import { migrate } from '../migrate.ts';
import { resealSecrets } from '../reseal-secrets.ts';
import { CONTROL_MIGRATIONS } from '../schema/control-migrations.ts';
import { openEmbeddedSql } from './embedded-sql.ts';
import { createEmbeddedContentStore } from '../../content/embedded/embedded-content-store.ts';
import { MASTER_KEY_FILE, makeMasterKeyFile, readMasterKeyFile } from '../../secret/master-key-file.ts';
import { createSecretBox, parseMasterKeys } from '../../secret/secret-box.ts';

const HOUR_MS = 3_600_000;

export interface EmbeddedControlStoreOptions {
  /** Holds `control.db`, `content/` and, unless a key is given, `master.key`. The caller holds the folder for this process (`lockDataDir`). */
  readonly dataDir: string;
  /** 32 bytes, base64. Left out: made once and kept in the data directory. */
  readonly masterKey?: string | undefined;
  /** How long message content is kept. */
  readonly retentionHours: number;
  /** Cap on all message content together; over it `put` says `full`. */
  readonly contentBytesMax: number;
  readonly clock: Clock;
}

/**
 * The control data in files. Rejects with HooklineError `key_invalid` when the master key is not the one the data was sealed with, `config_invalid` when another
 * version made the data, `store_unavailable` when the file cannot be opened with durable settings.
 */
export async function openEmbeddedControlStore(options: EmbeddedControlStoreOptions): Promise<OpenControlStore> {
  const { dataDir, clock } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const runner = await openEmbeddedSql(join(dataDir, 'control.db'));
  try {
    await migrate(runner, CONTROL_MIGRATIONS);
    const control = createControlSql(runner);
    const box = createSecretBox(await masterKeysOf(options, control));
    await verifyMasterKey(control, box, clock.now());
    await resealSecrets(control, box);
    const content = createEmbeddedContentStore(join(dataDir, 'content'), { retentionMs: options.retentionHours * HOUR_MS, bytesMax: options.contentBytesMax });
    const close = async (): Promise<void> => {
      await content.close();
      await runner.close();
    };
    const { store } = await assembleControlStore({ runner, control, box, content, clock, close });
    return store;
  } catch (error: unknown) {
    await runner.close();
    throw error;
  }
}

async function masterKeysOf({ dataDir, masterKey }: EmbeddedControlStoreOptions, control: ControlSql): Promise<readonly [Uint8Array, ...Uint8Array[]]> {
  if (masterKey !== undefined) return parseMasterKeys(masterKey);
  const path = join(dataDir, MASTER_KEY_FILE);
  const known = readMasterKeyFile(path);
  if (known !== null) return [known];
  if (await hasSealedCheck(control)) throw new HooklineError('key_invalid', `${path} is missing, and this data was sealed with its key`);
  return [makeMasterKeyFile(path)];
}
