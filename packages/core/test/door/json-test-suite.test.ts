import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseEvents } from '../../src/event/parse-events.ts';
import { bytes, context, corpus, DATE, verdict } from './door.ts';

const PREFIX = `{"event_type":"click","event_date":"${DATE}","event_data":{"v":`;
const suite = corpus('json-test-suite.json');

interface Case {
  readonly name: string;
  readonly document: Uint8Array;
}

const cases: readonly Case[] = Object.entries(suite ?? {}).map(([name, packed]) => ({
  name,
  document: typeof packed === 'string' ? Buffer.from(packed, 'base64') : inflateRawSync(Buffer.from((packed as { z: string }).z, 'base64')),
}));

function inEventData({ document }: Case): Uint8Array {
  return Buffer.concat([bytes(PREFIX), document, bytes('}}')]);
}

function verdicts(kind: string): Record<string, string> {
  return Object.fromEntries(cases.filter(({ name }) => name.startsWith(kind)).map((each) => [each.name, verdict(inEventData(each)).replace(/^body | \/.*$|\s$/g, '')]));
}

function isByteEqual(each: Case): boolean {
  const parsed = parseEvents(inEventData(each), 'json', context());
  const item = parsed.ok ? parsed.value.items[0] : undefined;
  return item?.ok === true && Buffer.from(item.draft.base, 'utf8').includes(Buffer.concat([bytes('"event_data":{"v":'), each.document, bytes('}')]));
}

/** A10: what parsers may do as they like, and what we do. */
const UNDEFINED_BY_JSON: Readonly<Record<string, readonly string[]>> = {
  accepted: ['i_number_too_big_neg_int', 'i_number_too_big_pos_int', 'i_number_very_big_negative_int'],
  '400 number_out_of_range': [
    'i_number_double_huge_neg_exp', 'i_number_neg_int_huge_exp', 'i_number_pos_double_huge_exp', 'i_number_real_neg_overflow', 'i_number_real_pos_overflow', 'i_number_real_underflow',
  ],
  '400 number_too_long': ['i_number_huge_exp'],
  '400 string_ill_formed': [
    'i_object_key_lone_2nd_surrogate', 'i_string_1st_surrogate_but_2nd_missing', 'i_string_1st_valid_surrogate_2nd_invalid', 'i_string_incomplete_surrogate_and_escape_valid',
    'i_string_incomplete_surrogate_pair', 'i_string_incomplete_surrogates_escape_valid', 'i_string_invalid_lonely_surrogate', 'i_string_invalid_surrogate', 'i_string_inverted_surrogates_U+1D11E',
    'i_string_lone_second_surrogate',
  ],
  '400 utf8_invalid': [
    'i_string_UTF-16LE_with_BOM', 'i_string_UTF-8_invalid_sequence', 'i_string_UTF8_surrogate_U+D800', 'i_string_invalid_utf-8', 'i_string_iso_latin_1', 'i_string_lone_utf8_continuation_byte',
    'i_string_not_in_unicode_range', 'i_string_overlong_sequence_2_bytes', 'i_string_overlong_sequence_6_bytes', 'i_string_overlong_sequence_6_bytes_null', 'i_string_truncated-utf-8',
    'i_string_utf16BE_no_BOM', 'i_string_utf16LE_no_BOM',
  ],
  '400 json_too_deep': ['i_structure_500_nested_arrays'],
  '400 json_invalid': ['i_structure_UTF-8_BOM_empty_object'],
};

// Where the corpus is absent there are no cases, and each comparison is between two empty sides.
describe('JSONTestSuite in event_data', () => {
  it('A9: takes all that must be taken, byte by byte, except duplicate keys', () => {
    const got = verdicts('y_');
    const refused = Object.entries(got).filter(([, outcome]) => outcome !== 'accepted');
    expect(refused).toEqual(suite === null ? [] : [['y_object_duplicated_key', '400 duplicate_key'], ['y_object_duplicated_key_and_value', '400 duplicate_key']]);
    expect(Object.keys(got)).toHaveLength(suite === null ? 0 : 95);
    expect(cases.filter(({ name }) => got[name] === 'accepted').filter((each) => !isByteEqual(each))).toEqual([]);
  });

  it('A8: refuses all that must be refused with 400', () => {
    const got = verdicts('n_');
    expect(Object.keys(got)).toHaveLength(suite === null ? 0 : 188);
    expect(Object.entries(got).filter(([, outcome]) => !outcome.startsWith('400 '))).toEqual([]);
    const alone = cases.filter(({ name }) => name.startsWith('n_')).map(({ name, document }) => [name, verdict(document)] as const);
    expect(alone.filter(([, outcome]) => !outcome.startsWith('body 400 '))).toEqual([]);
  });

  it('A10: decides the rest as listed', () => {
    const expected = Object.entries(UNDEFINED_BY_JSON).flatMap(([outcome, names]) => names.map((name) => [name, outcome]));
    expect(verdicts('i_')).toEqual(suite === null ? {} : Object.fromEntries(expected));
  });
});

describe('naughty strings', () => {
  const strings = ((corpus('naughty-strings.json') as unknown as string[] | null) ?? []).map((packed) => Buffer.from(packed, 'base64').toString('utf8'));

  it('A23: passes each byte by byte, as value and as key of event_data', () => {
    const changed = strings.filter((text) => {
      const raw = JSON.stringify(text);
      const data = `{"v":${raw},"x${raw.slice(1)}:1}`;
      const parsed = parseEvents(bytes(`{"event_type":"click","event_date":"${DATE}","event_data":${data}}`), 'json', context());
      const item = parsed.ok ? parsed.value.items[0] : undefined;
      // A key has a length of its own: too long a key is no fault of the string.
      return bytes(text).length < 256 && !(item?.ok === true && item.draft.base.includes(`"event_data":${data}`));
    });
    expect(changed).toEqual([]);
    expect(strings.length).toBe(suite === null ? 0 : 515);
  });
});
