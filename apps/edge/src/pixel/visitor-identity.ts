import { type Clock, type EmailHashes, emailHashes, HooklineError, isHooklineError } from '@hookline/core';
import type { ControlStore, Pixel } from '@hookline/store';

// Whose event it is. What a hit says of itself wins, and is remembered for the visitor; else it is whoever the visitor turned out to be before. The control data may be
// away or slow: then the event is what it says of itself, because an event without its profile is worth more than none.

/** Nobody waits for the control data longer than this. */
const PATIENCE_MS = 500;

export interface Identity {
  readonly profileId: string | null;
  readonly hashes: EmailHashes | null;
}

export interface Introduction {
  readonly pixel: Pixel;
  /** null = nobody in particular. */
  readonly visitor: string | null;
  /** Seen for the first time just now: nothing can be known of him. */
  readonly isNew: boolean;
  readonly profileId: string | null;
  readonly email: string | null;
}

/** At once where nothing is to be asked. */
export type ResolveIdentity = (introduction: Introduction) => Identity | Promise<Identity>;

export function createIdentityResolver(control: Pick<ControlStore, 'profiles' | 'visitors'>, clock: Pick<Clock, 'now' | 'after'>): ResolveIdentity {
  return (introduction) => {
    const said: Identity = { profileId: introduction.profileId, hashes: introduction.email === null ? null : emailHashes(introduction.email) };
    const isKnowable = said.hashes !== null || (introduction.visitor !== null && (said.profileId !== null || !introduction.isNew));
    return isKnowable ? ask(introduction, said) : said;
  };

  async function ask(introduction: Introduction, said: Identity): Promise<Identity> {
    let cancel = (): void => {};
    const silence = new Promise<never>((_, reject) => {
      cancel = clock.after(PATIENCE_MS, () => reject(new HooklineError('store_unavailable', 'the control data does not answer')));
    });
    try {
      return await Promise.race([resolve(introduction, said), silence]);
    } catch (error: unknown) {
      if (!isHooklineError(error)) throw error;
      return said;
    } finally {
      cancel();
    }
  }

  async function resolve({ pixel, visitor, email }: Introduction, said: Identity): Promise<Identity> {
    const { accountId, databaseId } = pixel;
    const profileId = said.profileId ?? (email === null ? null : ((await control.profiles.find(accountId, databaseId, { kind: 'email', value: email }))[0] ?? null));
    if (visitor === null) return { ...said, profileId };
    const isSaid = profileId !== null || said.hashes !== null;
    const told = { profileId, xxh: said.hashes?._xxh ?? null, md5: said.hashes?._md5 ?? null };
    const known = isSaid ? await control.visitors.link(accountId, databaseId, visitor, told, clock.now()) : await control.visitors.find(accountId, databaseId, visitor, clock.now());
    if (known === null) return said;
    if (known.profileId !== null && (await isDeleted(accountId, databaseId, known.profileId))) return said;
    return { profileId: known.profileId, hashes: known.xxh === null || known.md5 === null ? null : { _xxh: known.xxh, _md5: known.md5 } };
  }

  async function isDeleted(accountId: number, databaseId: number, profileId: string): Promise<boolean> {
    if (!control.profiles.mayBeDeleted(accountId, databaseId, profileId)) return false;
    const found = await control.profiles.lookUp(accountId, [{ databaseId, profileId }]);
    return found.get(`${databaseId}/${profileId}`)?.kind === 'deleted';
  }
}
