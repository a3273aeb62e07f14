// What the platform has told the product besides events: names for the templates of custom_data, and profiles. All of it follows from the ids.

export const DATABASES = [21, 22, 23] as const;
export const PROFILES_PER_DATABASE = 40;
/** Ids of each catalog kind that events refer to. The last one of each is never named: its name is an empty string. */
export const CATALOG_IDS = { resources: [1, 2, 3, 4], mailings: [401, 402, 403, 404, 405], templates: [701, 702, 703, 704], segments: [51, 52, 53, 54], pixels: [91, 92, 93] } as const;

export interface CatalogRow {
  readonly kind: string;
  readonly id: number;
  readonly name: string;
  readonly subid?: string;
  readonly subject?: string;
}

export function catalogRow(kind: keyof typeof CATALOG_IDS | 'databases', id: number): CatalogRow | null {
  const ids: readonly number[] = kind === 'databases' ? DATABASES : CATALOG_IDS[kind];
  if (!ids.includes(id) || id === ids.at(-1)) return null;
  // quotes, a backslash, a template that must not be expanded, and more than ASCII
  return { kind, id, name: `${kind} "${id}" \\ Ж {{uuid}}`, ...(kind === 'mailings' && { subid: `sub/${id}` }), ...(kind === 'templates' && { subject: `Subject ${id}: 50 % & «more»` }) };
}

export function catalogRows(): CatalogRow[] {
  const kinds = ['databases', ...Object.keys(CATALOG_IDS)] as ('databases' | keyof typeof CATALOG_IDS)[];
  return kinds.flatMap((kind) => (kind === 'databases' ? DATABASES : CATALOG_IDS[kind]).flatMap((id) => catalogRow(kind, id) ?? []));
}

export const profileId = (databaseId: number, place: number): string => `${databaseId.toString(16).padStart(4, '0')}c0ffee${place.toString(16).padStart(14, '0')}`;

const PROFILE_ID = /^([0-9a-f]{4})c0ffee([0-9a-f]{14})$/;

export type ProfileFields = Readonly<Record<string, unknown>>;

/** Null for the last profile of each database: events name it, nobody has stored it. */
export function storedProfile(databaseId: number | null, id: string | null): ProfileFields | null {
  const match = PROFILE_ID.exec(id ?? '');
  if (!match || Number.parseInt(match[1] as string, 16) !== databaseId) return null;
  const place = Number.parseInt(match[2] as string, 16);
  if (place >= PROFILES_PER_DATABASE - 1) return null;
  return { email: `p${place}@db${databaseId}.example.net`, _fname: place % 3 === 0 ? 'Zoë "Z"' : `Name ${place}`, score: place * 1.5, phones: [`+1${place}`, '+2'], vip: place % 2 === 0, ...(place % 5 === 0 && { note: null }) };
}

export function storedProfiles(databaseId: number): { readonly profile_id: string; readonly fields: ProfileFields }[] {
  return Array.from({ length: PROFILES_PER_DATABASE }, (_, place) => profileId(databaseId, place)).flatMap((id) => {
    const fields = storedProfile(databaseId, id);
    return fields ? [{ profile_id: id, fields }] : [];
  });
}
