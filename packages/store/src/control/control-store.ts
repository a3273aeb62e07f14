import type { HookRequest, HookSelection, Subject } from '@hookline/core';
import type { ExportStore } from './export-run.ts';

/**
 * The control data: small, changed by people and by the platform, read by edge and relay. One writer (embedded: a thread of its own on `control.db`; remote: a
 * libSQL server). Every write resolves only when durable. Every read sees what was written before it. Reads and writes of one account never touch another's.
 * Versions: each object carries `version`; an `expectedVersion` that is stale gives `'version_conflict'`, and nothing is written.
 */
export interface ControlStore {
  readonly accounts: AccountStore;
  readonly tokens: TokenStore;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly audit: AuditStore;
  readonly hooks: HookStore;
  readonly exports: ExportStore;
  readonly catalog: CatalogStore;
  readonly profiles: ProfileStore;
  readonly content: ContentStore;
  readonly eventTypes: EventTypeStore;
  readonly pixels: PixelStore;
  readonly visitors: VisitorStore;
  readonly keys: KeyStore;
  /** Verified now: journal mode, synchronous level, a write that reached the disk. null = fine, else the reason in words. */
  health(): Promise<string | null>;
  close(): Promise<void>;
}

export interface Page<T> {
  readonly data: readonly T[];
  /** Opaque to the caller of the API; the store's own key of the last row. null = no more. */
  readonly next: string | null;
}
export interface PageRequest {
  readonly limit: number;
  readonly after: string | null;
}

/** Times are unix ms everywhere in the store; the API prints RFC 3339. */
interface Stamped {
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** How long, and how much, of its events is kept; 0 = for ever, no limit; null = as the process is set. */
export interface AccountRetention {
  readonly retentionDays: number | null;
  readonly retentionBytes: number | null;
}
export interface Account extends Stamped, AccountRetention {
  readonly id: number;
  readonly name: string;
}
export interface AccountStore {
  get(id: number): Promise<Account | null>;
  /** Makes or renames; what of `retention` is left out stays as it is. */
  put(id: number, name: string, nowMs: number, audit?: AuditInput, retention?: Partial<AccountRetention>): Promise<{ readonly account: Account; readonly created: boolean }>;
  /** Synchronous, from memory: is this account made? Kept current by this process's writes and refreshed at least each second from others'. */
  exists(id: number): boolean;
  /** The same, of accounts that have a retention of their own. */
  retentions(): ReadonlyMap<number, AccountRetention>;
}

export interface Token extends Stamped {
  /** `tok_…` */
  readonly id: string;
  /** null = a platform token. */
  readonly accountId: number | null;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly master: boolean;
  readonly expiresAt: number | null;
  /** The user it belongs to; null = nobody's. Of such a token `scopes` and `master` are what the user may as well. */
  readonly userId: string | null;
}
export interface TokenStore {
  /** By the SHA-256 (hex) of the token. Served from memory; a revocation by this process holds at once, by another within a second. Expired ones are returned too: the caller looks at `expiresAt`. */
  find(sha256: string): Token | null;
  create(token: NewToken, nowMs: number, audit?: AuditInput): Promise<Token>;
  get(accountId: number, id: string): Promise<Token | null>;
  list(accountId: number, page: PageRequest): Promise<Page<Token>>;
  delete(accountId: number, id: string, audit?: AuditInput): Promise<boolean>;
}
export type NewToken = Omit<Token, 'version' | 'createdAt' | 'updatedAt' | 'userId'> & { readonly sha256: string; readonly userId?: string | null };

/** A person of an account. A `master` may change hooks, exports, tokens and users; `scopes` are what the others may, and what a master's own tokens are cut to. */
export interface User extends Stamped {
  /** `usr_…` */
  readonly id: string;
  readonly accountId: number;
  /** One of a kind within the account; compared as it is kept, so keep it in lower case and NFC. */
  readonly login: string;
  readonly name: string;
  readonly master: boolean;
  readonly scopes: readonly string[];
  /** Opaque; null = cannot sign in. */
  readonly passwordHash: string | null;
  /** What began before this with another password has ended. */
  readonly passwordSetAt: number | null;
}
export type UserPatch = Partial<Pick<User, 'login' | 'name' | 'master' | 'scopes' | 'passwordHash'>>;
/** Whatever a user may no longer, the user's tokens may no longer either: at once by this process, within a second by others. */
export interface UserStore {
  create(user: Omit<User, 'version' | 'createdAt' | 'updatedAt' | 'passwordSetAt'>, nowMs: number, audit?: AuditInput): Promise<User | 'login_taken'>;
  get(accountId: number, id: string): Promise<User | null>;
  byLogin(accountId: number, login: string): Promise<User | null>;
  list(accountId: number, page: PageRequest): Promise<Page<User>>;
  update(accountId: number, id: string, patch: UserPatch, options: { readonly nowMs: number; readonly expectedVersion?: number; readonly audit?: AuditInput }): Promise<User | 'not_found' | 'version_conflict' | 'login_taken'>;
  /** The user's tokens go with the user. */
  delete(accountId: number, id: string, audit?: AuditInput): Promise<boolean>;
}

/** A user who is signed in at the console. */
export interface Session {
  readonly accountId: number;
  readonly userId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}
/** By the SHA-256 (hex) of what the browser keeps. Never from memory: what ended by another process has ended here too. */
export interface SessionStore {
  /** Removes those that are over, too. */
  begin(session: Omit<Session, 'createdAt'> & { readonly sha256: string }, nowMs: number): Promise<void>;
  /** With the user as the user is now. null = it is over, the user is gone or cannot sign in, or the password was changed since. */
  find(sha256: string, nowMs: number): Promise<{ readonly session: Session; readonly user: User } | null>;
  end(sha256: string): Promise<void>;
}

/** Who changes something. Both null = the product itself. */
export interface Actor {
  readonly tokenId: string | null;
  readonly userId: string | null;
}
/** A change, told to the store together with it: both are written in one unit, or neither. `before` and `after` are the object as the API shows it, secrets masked. */
export interface AuditInput {
  readonly at: number;
  readonly accountId: number;
  readonly actor: Actor;
  /** `hook.update` */
  readonly action: string;
  readonly objectKind: string;
  readonly objectId: string;
  readonly before: unknown;
  readonly after: unknown;
}
export interface AuditEntry extends Omit<AuditInput, 'actor'>, Actor {
  /** Grows with each entry. */
  readonly row: number;
}
export interface AuditFilter {
  readonly objectKind?: string | undefined;
  readonly objectId?: string | undefined;
}
export interface AuditStore {
  /** By itself, where what changed is not kept here. */
  record(entry: AuditInput): Promise<void>;
  /** Newest first. */
  list(accountId: number, page: PageRequest, filter?: AuditFilter): Promise<Page<AuditEntry>>;
  /** Removes what is older than 90 days, a slice at a time; true = there is more. */
  cleanUp(nowMs: number): Promise<boolean>;
}

/** A change of a hook that is on its way into the log (`engine.md` 3): kept here first, then appended as a control record to every shard, then applied. */
export interface PendingChange {
  readonly change: number;
  readonly action: 'version' | 'activated' | 'deactivated' | 'deleted';
  /** Where an activation begins: now, where it stopped, or a log time (unix ms). */
  readonly from?: 'now' | 'stopped' | number;
}
export interface Hook extends Stamped {
  /** `hok_…` */
  readonly id: string;
  readonly accountId: number;
  readonly name: string;
  /** What the owner wants; the log says since which position. */
  readonly active: boolean;
  /** Why it is not, when it was not the owner: `gone` after a 410. */
  readonly stoppedReason: string | null;
  readonly selection: HookSelection;
  /** Secrets inside are sealed. */
  readonly request: HookRequest;
  /** Highest change that was given out. */
  readonly change: number;
  readonly pending: readonly PendingChange[];
  readonly deletedAt: number | null;
}
export type HookPatch = Partial<Pick<Hook, 'name' | 'active' | 'stoppedReason' | 'selection' | 'request' | 'change' | 'pending' | 'deletedAt'>>;
export interface HookStore {
  create(hook: Omit<Hook, 'version' | 'createdAt' | 'updatedAt'>, nowMs: number, audit?: AuditInput): Promise<Hook>;
  /** Deleted ones are not found. */
  get(accountId: number, id: string): Promise<Hook | null>;
  list(accountId: number, page: PageRequest): Promise<Page<Hook>>;
  /** `bumpVersion: false` leaves `version` and `updatedAt` alone (bookkeeping of pending changes). */
  update(
    accountId: number,
    id: string,
    patch: HookPatch,
    options: { readonly nowMs: number; readonly expectedVersion?: number; readonly bumpVersion?: boolean; readonly audit?: AuditInput | undefined },
  ): Promise<Hook | 'not_found' | 'version_conflict'>;
  /** For the relay: all hooks of all accounts, deleted ones included. */
  all(): Promise<readonly Hook[]>;
  /** Called after a write by this process, and within a second after one by another. The answer stops it. */
  onChange(listener: (hook: Hook) => void): () => void;
}

export const CATALOG_KINDS = ['databases', 'resources', 'mailings', 'templates', 'segments', 'pixels'] as const;
export type CatalogKind = (typeof CATALOG_KINDS)[number];
export interface CatalogEntry extends Stamped {
  readonly accountId: number;
  readonly kind: CatalogKind;
  readonly id: number;
  readonly name: string;
  readonly subid: string | null;
  readonly subject: string | null;
  readonly databaseId: number | null;
}
export type CatalogInput = Pick<CatalogEntry, 'kind' | 'id' | 'name' | 'subid' | 'subject' | 'databaseId'>;
export interface CatalogStore {
  get(accountId: number, kind: CatalogKind, id: number): Promise<CatalogEntry | null>;
  list(accountId: number, kind: CatalogKind, page: PageRequest): Promise<Page<CatalogEntry>>;
  put(accountId: number, entries: readonly CatalogInput[], nowMs: number): Promise<readonly CatalogEntry[]>;
  delete(accountId: number, kind: CatalogKind, id: number): Promise<boolean>;
  /** For rendering: entries by key, from a bounded cache that this process's writes keep exact. Missing ones are absent. */
  lookUp(
    accountId: number,
    keys: readonly { readonly kind: CatalogKind; readonly id: number }[],
  ): Promise<ReadonlyMap<`${CatalogKind}/${number}`, CatalogEntry>>;
}

/** `fields` is the raw JSON text of the object as it came. */
export interface Profile {
  readonly databaseId: number;
  readonly profileId: string;
  readonly fields: string;
}
export type ProfileState =
  | { readonly kind: 'stored'; readonly fields: string; readonly version: number; readonly updatedAt: number; readonly createdAt: number }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'absent' };
/** What a profile can be found by besides its id: its own addresses (`email`, `phones`), or those of its `subscriptions`. */
export type ProfileAddress = { readonly kind: 'email' | 'email_sub' | 'phone' | 'phone_sub'; readonly value: string } | { readonly kind: 'push_sub'; readonly provider: string; readonly subscriptionId: string };
/** A field that profiles were seen with, and the kinds of JSON value it had. */
export interface ProfileField {
  readonly name: string;
  readonly kinds: readonly ('string' | 'number' | 'boolean' | 'null' | 'object' | 'array')[];
}
export interface ProfileStore {
  get(accountId: number, databaseId: number, profileId: string): Promise<ProfileState>;
  /** In slices that leave other writes their turn. A profile that was deleted comes back with a put. */
  put(accountId: number, profiles: readonly Profile[], nowMs: number): Promise<void>;
  /** Leaves a tombstone: it renders as null from then on. False = there was none. */
  delete(accountId: number, databaseId: number, profileId: string, nowMs: number): Promise<boolean>;
  /** For rendering: from a bounded cache that this process's writes keep exact. Key: `<databaseId>/<profileId>`. */
  lookUp(accountId: number, keys: readonly { readonly databaseId: number; readonly profileId: string }[]): Promise<ReadonlyMap<string, ProfileState>>;
  /** Ids of stored profiles that have this address, lowest first, at most two: emails are compared trimmed and in lower case, phones by their digits. Addresses beyond 64 of a profile are not found. */
  find(accountId: number, databaseId: number, address: ProfileAddress): Promise<readonly string[]>;
  /** The fields that stored profiles of the database were ever seen with, by name, at most 1,000. */
  fields(accountId: number, databaseId: number): Promise<readonly ProfileField[]>;
  /** Which of these names were ever seen; null = in any database of the account. */
  seenFields(accountId: number, databaseId: number | null, names: readonly string[]): Promise<ReadonlySet<string>>;
  /** Synchronous, from memory: false = it is certainly not deleted; true = look it up. */
  mayBeDeleted(accountId: number, databaseId: number, profileId: string): boolean;
}

export interface ContentStore {
  /** Written once per (account, ref): `same` when these bytes are there already, `conflict` when others are, `full` over the size cap. */
  put(accountId: number, ref: string, json: string, nowMs: number): Promise<'created' | 'same' | 'conflict' | 'full'>;
  get(accountId: number, ref: string, nowMs: number): Promise<string | null>;
  /** For rendering: those that are there and younger than the retention. */
  lookUp(accountId: number, refs: readonly string[], nowMs: number): Promise<ReadonlyMap<string, string>>;
  /** Drops whole buckets older than the retention. */
  cleanUp(nowMs: number): Promise<void>;
}

export interface EventTypeRow {
  readonly eventType: string;
  readonly family: string;
  readonly label: string;
  readonly description: string;
  readonly subjects: readonly Subject[];
  readonly exportable: boolean;
  readonly sample: string;
}
export interface EventTypeStore {
  /** An account's own rows, from memory (as `AccountStore.exists`). */
  ofAccount(accountId: number): readonly EventTypeRow[];
  put(accountId: number, row: EventTypeRow, nowMs: number, audit?: AuditInput): Promise<{ readonly row: EventTypeRow; readonly created: boolean }>;
}

export interface Pixel extends Stamped {
  readonly accountId: number;
  readonly id: number;
  /** Random, >= 96 bit, base64url; made once, never changed. */
  readonly sid: string;
  readonly name: string;
  readonly databaseId: number;
  readonly domain: string | null;
  readonly active: boolean;
}
export interface PixelStore {
  get(accountId: number, id: number): Promise<Pixel | null>;
  /** By id. */
  list(accountId: number, page: PageRequest): Promise<Page<Pixel>>;
  /** Those of all accounts that were changed last: whoever redirects clicks while storage is away has to have seen them before. */
  recent(countMax: number): Promise<readonly Pixel[]>;
  put(
    accountId: number,
    pixel: Pick<Pixel, 'id' | 'sid' | 'name' | 'databaseId' | 'domain' | 'active'>,
    nowMs: number,
    audit?: AuditInput,
  ): Promise<{ readonly pixel: Pixel; readonly created: boolean }>;
  /** Its sid is nobody's from then on; the same id put again is another pixel. False = there was none. */
  delete(accountId: number, id: number, audit?: AuditInput): Promise<boolean>;
  bySid(sid: string): Promise<Pixel | null>;
  /** Synchronous, from memory, as good as `bySid`; undefined = it has to be asked. */
  knownBySid(sid: string): Pixel | null | undefined;
}

/** Whom a visitor of a pixel turned out to be; null = not known. */
export interface VisitorIdentity {
  readonly profileId: string | null;
  /** Hashes of the email, hex. */
  readonly xxh: string | null;
  readonly md5: string | null;
}
export interface VisitorStore {
  /** null = nobody known. Seeing a visitor keeps what is known of him for another 400 days. From a bounded cache: links by another process are seen within a minute. */
  find(accountId: number, databaseId: number, visitor: string, nowMs: number): Promise<VisitorIdentity | null>;
  /** Adds to what is known, or replaces it where it is another profile. Resolves with what is known from now on, durable. */
  link(accountId: number, databaseId: number, visitor: string, identity: VisitorIdentity, nowMs: number): Promise<VisitorIdentity>;
  /** Removes those not seen for 400 days, and the longest not seen beyond ten million, a slice at a time; true = there is more. */
  cleanUp(nowMs: number): Promise<boolean>;
}

/** Keys that the product makes for itself, kept sealed by the master key. */
export interface KeyStore {
  /** Makes it when it is not there. 32 bytes. `id_key`: ids and `{{uuid}}`; `cursor_key`: page tokens; never rotated. */
  getOrCreate(name: 'id_key' | 'cursor_key' | 'inner_key'): Promise<Uint8Array>;
  /** Link keys of an account, newest first, at most two; the first is made when there is none. */
  linkKeys(accountId: number): Promise<readonly Uint8Array[]>;
  rotateLinkKey(accountId: number, nowMs: number, audit?: AuditInput): Promise<readonly Uint8Array[]>;
  /** Link keys of all accounts that have some, as `linkKeys` gives them; of at most this many accounts, those that rotated last. Makes none. */
  madeLinkKeys(accountsMax: number): Promise<ReadonlyMap<number, readonly Uint8Array[]>>;
  /** AES-256-GCM; `place` = account/hook/field is bound to the ciphertext. */
  seal(plain: string, place: string): string;
  /** null = it was changed, moved to another place, or made with a key we do not have. */
  open(sealed: string, place: string): string | null;
}
