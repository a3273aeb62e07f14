// The stores over one database, whichever driver runs it.

import type { Clock } from '@hookline/core';
import { eq } from './drizzle.ts';
import { createAccountStore } from './account-store.ts';
import { createAuditStore } from './audit-store.ts';
import { createCatalogStore } from './catalog-store.ts';
import type { ContentStore, ControlStore } from './control-store.ts';
import type { ControlSql, SqlRunner } from './control-sql.ts';
import { createEventTypeStore } from './event-type-store.ts';
import { createExportStore } from './export-store.ts';
import { createHookStore } from './hook-store.ts';
import { createKeyStore } from './key-store.ts';
import { createPixelStore } from './pixel-store.ts';
import { createProfileStore } from './profile-store.ts';
import type { RevisionKind } from './revision.ts';
import { revisionTable } from './schema/control-schema.ts';
import { createSessionStore } from './session-store.ts';
import { createTokenStore } from './token-store.ts';
import { createUserStore } from './user-store.ts';
import { createVisitorStore } from './visitor-store.ts';
import type { InitialTokens } from './seed.ts';
import { seedInitial } from './seed.ts';
import type { SecretBox } from '../secret/secret-box.ts';

const HEALTH_DEADLINE_MS = 5_000;

export interface ControlStoreParts {
  readonly runner: SqlRunner;
  readonly control: ControlSql;
  readonly box: SecretBox;
  readonly content: ContentStore;
  readonly clock: Clock;
  close(): Promise<void>;
}

/** A control store that was opened, with what only its opener needs. */
export interface OpenControlStore extends ControlStore {
  /** At each start: account 1 and the tokens that the environment gives, made once. */
  ensureInitial(initial: InitialTokens): Promise<void>;
}

export interface AssembledControlStore {
  readonly store: OpenControlStore;
  /** Takes up what other processes wrote, by kind. */
  readonly refresh: Readonly<Record<RevisionKind, () => Promise<void> | void>>;
}

export async function assembleControlStore({ runner, control, box, content, clock, close }: ControlStoreParts): Promise<AssembledControlStore> {
  const accounts = await createAccountStore(control);
  const tokens = await createTokenStore(control);
  const users = createUserStore(control, tokens.reload);
  const sessions = createSessionStore(control);
  const audit = createAuditStore(control);
  const hooks = await createHookStore(control);
  const exports = await createExportStore(control);
  const eventTypes = await createEventTypeStore(control);
  const catalog = createCatalogStore(control);
  const profiles = await createProfileStore(control);
  const pixels = createPixelStore(control);
  const visitors = createVisitorStore(control, clock);
  const keys = createKeyStore(control, box, () => clock.now());

  async function checkHealth(): Promise<string | null> {
    const problem = await runner.health();
    if (problem !== null) return problem;
    await control.write([control.build.update(revisionTable).set({ checkedAt: clock.now() }).where(eq(revisionTable.id, 1))]);
    await control.read(control.build.select({ checkedAt: revisionTable.checkedAt }).from(revisionTable));
    return null;
  }

  return {
    store: {
      accounts,
      tokens,
      users,
      sessions,
      audit,
      hooks,
      exports,
      catalog,
      profiles,
      content,
      eventTypes,
      pixels,
      visitors,
      keys,
      health: () =>
        new Promise((resolve) => {
          const cancel = clock.after(HEALTH_DEADLINE_MS, () => resolve(`the control data did not answer within ${HEALTH_DEADLINE_MS} ms`));
          void checkHealth()
            .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
            .then((problem) => {
              cancel();
              resolve(problem);
            });
        }),
      ensureInitial: (initial) => seedInitial({ accounts, tokens }, initial, clock.now()),
      close,
    },
    refresh: {
      accounts: accounts.reload,
      tokens: tokens.reload,
      hooks: hooks.reload,
      exports: exports.reload,
      eventTypes: eventTypes.reload,
      catalog: catalog.forget,
      profiles: profiles.reload,
      pixels: pixels.forget,
      keys: keys.forget,
    },
  };
}
