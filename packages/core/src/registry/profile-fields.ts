/** A field that every profile database has (contract.md 9.2). Where pages of the platform disagree about its type, both are named. */
export interface StandardProfileField {
  readonly name: string;
  readonly label: string;
  readonly kinds: readonly ('string' | 'number' | 'array')[];
}

const field = (name: string, label: string, ...kinds: StandardProfileField['kinds']): StandardProfileField => ({ name, label, kinds: kinds.length === 0 ? ['string'] : kinds });

export const STANDARD_PROFILE_FIELDS: readonly StandardProfileField[] = [
  field('email', 'Email'), field('phones', 'Phones', 'array'), field('_fname', 'First name'), field('_lname', 'Last name'), field('_bdate', 'Date of birth'), field('_sex', 'Sex', 'number', 'string'),
  field('_regdate', 'Registered at'), field('_regip', 'Registration IP'), field('_regcity', 'Registration city'), field('_regcountry', 'Registration country'), field('_regurl', 'Registration URL'),
  field('_ip', 'IP'), field('_city', 'City'), field('_country', 'Country'), field('_region', 'Region'), field('_postal_code', 'Postal code', 'string', 'number'), field('_tz', 'Time zone'),
  field('_browser', 'Browser'), field('_os', 'Operating system'), field('_vendor', 'Lead source'), field('_status', 'Global status', 'number'),
];

const NAMES: ReadonlySet<string> = new Set(STANDARD_PROFILE_FIELDS.map(({ name }) => name));

export function isStandardProfileField(name: string): boolean {
  return NAMES.has(name);
}
