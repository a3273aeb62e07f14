import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { ControlStore } from '@hookline/store';
import { tokenHash } from '../auth/authenticate.ts';

const LINK_BYTES = 32;
const FIRST_ACCOUNT = 1;
/** Looked at for one who can sign in. */
const USERS_LOOKED_AT_MAX = 500;

/** The one-time link that makes the first master user. It lives in this process's memory: another start prints another. */
export interface FirstUserLink {
  readonly accountId: number;
  /** What stands behind `#` in the link; null when somebody of account 1 can sign in already. Each call gives the same. */
  secret(): Promise<string | null>;
  /** Whether this is the link's secret and still nobody can sign in. */
  isOpen(secret: string): Promise<boolean>;
}

export function createFirstUserLink({ users }: Pick<ControlStore, 'users'>): FirstUserLink {
  const secret = randomBytes(LINK_BYTES).toString('base64url');
  const isNeeded = async (): Promise<boolean> => (await users.list(FIRST_ACCOUNT, { limit: USERS_LOOKED_AT_MAX, after: null })).data.every((user) => user.passwordHash === null);
  return {
    accountId: FIRST_ACCOUNT,
    secret: async () => ((await isNeeded()) ? secret : null),
    isOpen: async (presented) => timingSafeEqual(Buffer.from(tokenHash(presented)), Buffer.from(tokenHash(secret))) && isNeeded(),
  };
}
