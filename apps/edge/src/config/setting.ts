import { parseAllowedDestinations, parseIpRange } from '@hookline/core';

// What a setting may be. Parsers get the text as it came from the environment or from a file and answer a value or what is wrong, in words that fit behind the key.

export type SettingParsed<T> = { readonly value: T } | { readonly problem: string };

export interface Setting<T> {
  /** The environment variable. */
  readonly key: string;
  readonly fallback: T;
  readonly unit?: string;
  /** Never printed. */
  readonly secret?: true;
  /** May also stand in main.json in the data directory; the environment wins. */
  readonly inFile?: true;
  readonly description: string;
  readonly parse: (text: string) => SettingParsed<T>;
}

export function integer(min: number, max: number): (text: string) => SettingParsed<number> {
  return (text) => {
    const value = /^-?[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? { value } : { problem: `must be an integer from ${min} to ${max}` };
  };
}

export const boolean: (text: string) => SettingParsed<boolean> = (text) => {
  const value = { true: true, '1': true, false: false, '0': false }[text.toLowerCase()];
  return value === undefined ? { problem: 'must be true or false' } : { value };
};

export function oneOf<const T extends string>(...values: readonly T[]): (text: string) => SettingParsed<T> {
  return (text) => {
    const value = values.find((allowed) => allowed === text);
    return value === undefined ? { problem: `must be ${values.join(' or ')}` } : { value };
  };
}

export const text: (value: string) => SettingParsed<string> = (value) => ({ value });

/** What a client can send behind `Bearer`. */
export const token: (value: string) => SettingParsed<string> = (value) => {
  return /^[\x21-\x2b\x2d-\x7e]{1,512}$/.test(value) ? { value } : { problem: 'must be 1 to 512 visible ASCII characters without a comma' };
};

/** One key, or several with commas between them. */
export const keys: (value: string) => SettingParsed<string> = (value) => {
  const isKey = (text: string): boolean => {
    const bytes = Buffer.from(text, 'base64');
    return bytes.length === 32 && bytes.toString('base64') === text;
  };
  return value.split(',').every(isKey) ? { value } : { problem: 'must be 32 bytes in base64, or several such keys separated by commas' };
};

export function url(...schemes: readonly string[]): (text: string) => SettingParsed<string> {
  return (value) => (schemes.includes(URL.parse(value)?.protocol ?? '') ? { value } : { problem: `must be a URL beginning with ${schemes.join(' or ')}` });
}

/** A setting that may be left out. */
export const optional = <T>(parse: (text: string) => SettingParsed<T>): Pick<Setting<T | undefined>, 'fallback' | 'parse'> => ({ fallback: undefined, parse });

/** Separated by commas or white space. */
const list = (value: string): string[] => value.split(/[\s,]+/).filter((entry) => entry !== '');

export const destinations: (value: string) => SettingParsed<readonly string[]> = (value) => {
  const entries = list(value);
  const parsed = parseAllowedDestinations(entries);
  return parsed.ok ? { value: entries } : { problem: parsed.problems.map((problem) => problem.message.replace(/\.$/, '')).join('; ') };
};

export function urls(...schemes: readonly string[]): (text: string) => SettingParsed<readonly string[]> {
  return (value) => {
    const entries = list(value);
    return entries.every((entry) => 'value' in url(...schemes)(entry)) ? { value: entries } : { problem: `must be URLs beginning with ${schemes.join(' or ')}` };
  };
}

export const ranges: (value: string) => SettingParsed<readonly string[]> = (value) => {
  const entries = list(value);
  const wrong = entries.find((entry) => parseIpRange(entry) === null);
  return wrong === undefined ? { value: entries } : { problem: `must be CIDRs or addresses; ${JSON.stringify(wrong)} is neither` };
};

export const lowerCaseList: (value: string) => SettingParsed<readonly string[]> = (value) => {
  return { value: list(value).map((entry) => entry.toLowerCase()) };
};

export const origin: (value: string) => SettingParsed<string> = (value) => {
  const parsed = /^https?:\/\//.test(value) ? URL.parse(value) : null;
  return parsed !== null && parsed.href === `${parsed.origin}/` ? { value: parsed.origin } : { problem: 'must be an origin such as https://t.example.com' };
};

export const origins: (value: string) => SettingParsed<readonly string[]> = (value) => {
  const parsed = list(value).map(origin);
  const wrong = parsed.find((one) => 'problem' in one);
  return wrong !== undefined && 'problem' in wrong ? wrong : { value: parsed.flatMap((one) => ('value' in one ? [one.value] : [])) };
};
