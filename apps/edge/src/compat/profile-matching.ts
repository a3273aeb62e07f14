import { randomBytes } from 'node:crypto';
import type { ProfileAddress, ProfileStore } from '@hookline/store';
import { z } from 'zod';
import { refuse, type Refusal } from '../http/refusal.ts';

// Which profile a call of the platform's API is about (contract.md 9.3).

const MATCHING_MODES = ['email', 'email_profile', 'email_sub', 'phone', 'phone_sub', 'profile_id', 'push_sub', 'email_phone', 'email_phone_sub'] as const;
type Mode = (typeof MATCHING_MODES)[number];

export const matchingFields = {
  matching: z.enum(MATCHING_MODES).default('email').meta({ description: 'By what the profile is found. `profile_id` only updates; the others make the profile where there is none.' }),
  email: z.string().optional(),
  phone: z.string().optional(),
  profile_id: z.string().optional(),
  provider: z.string().optional(),
  subscription_id: z.string().optional(),
};

export interface MatchingInput {
  readonly matching: Mode;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly profile_id?: string | undefined;
  readonly provider?: string | undefined;
  readonly subscription_id?: string | undefined;
}

/** What a mode looks at, in this order: the profile's own address before that of a subscription. */
const KINDS: Readonly<Record<Mode, readonly ProfileAddress['kind'][]>> = {
  email: ['email', 'email_sub'], email_profile: ['email'], email_sub: ['email_sub'],
  phone: ['phone', 'phone_sub'], phone_sub: ['phone_sub'],
  email_phone: ['email', 'email_sub', 'phone', 'phone_sub'], email_phone_sub: ['email_sub', 'phone_sub'],
  push_sub: ['push_sub'], profile_id: [],
};

/** The addresses a profile is looked for by; refused where the mode needs a field that is not there. */
export function addressesOf(input: MatchingInput): readonly ProfileAddress[] | Refusal {
  const addresses: ProfileAddress[] = [];
  for (const kind of KINDS[input.matching]) {
    if (kind === 'push_sub') {
      if (input.provider === undefined || input.subscription_id === undefined) return lacks('provider and subscription_id');
      addresses.push({ kind, provider: input.provider, subscriptionId: input.subscription_id });
      continue;
    }
    const value = kind.startsWith('email') ? input.email : input.phone;
    if (value !== undefined && value.trim() !== '') addresses.push({ kind, value });
  }
  if (addresses.length > 0 || input.matching === 'profile_id') return addresses;
  return lacks(input.matching.startsWith('email') ? 'email' : 'phone');
}

const lacks = (field: string): Refusal => refuse(422, 'required', `This matching needs ${field}.`);

/** The profile's id, null = there is none. Where several have an address, the one with the lowest id is meant, always the same one. */
export async function findProfile(profiles: Pick<ProfileStore, 'find'>, accountId: number, databaseId: number, addresses: readonly ProfileAddress[]): Promise<string | null> {
  for (const address of addresses) {
    const [found] = await profiles.find(accountId, databaseId, address);
    if (found !== undefined) return found;
  }
  return null;
}

/** In the manner of the platform's own ids: 24 hex digits that begin with the time. */
export function newProfileId(nowMs: number): string {
  return Math.floor(nowMs / 1000).toString(16).padStart(8, '0').slice(-8) + randomBytes(8).toString('hex');
}
