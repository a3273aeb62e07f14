import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

// Where each case of bad-input.md, sections A, C, D and F, is tested: the file, and words that stand in it at the case. A case without a test, a test that is gone and a
// case that is no longer open fail here.

const ROOT = path.resolve(import.meta.dirname, '../../..');

const door = 'packages/core/test/door/bad-input.test.ts';
const ingest = 'apps/edge/test/ingest.test.ts';
const raw = 'apps/edge/test/transport-input.test.ts';
const api = 'apps/edge/test/bad-input.test.ts';
const access = 'apps/edge/test/access.test.ts';
const isolation = 'apps/edge/test/isolation.test.ts';
const people = 'apps/edge/test/people.test.ts';
const routes = 'apps/edge/test/routes.test.ts';
const session = 'apps/edge/test/session.test.ts';
const hookInput = 'packages/core/src/hook/hook-input.test.ts';
const hookApi = 'apps/edge/test/hook-input.test.ts';
const pattern = 'packages/core/src/pattern/success-pattern.test.ts';
const message = 'packages/core/src/message/compile-message.test.ts';
const idempotency = 'packages/store/src/log/testing/idempotency-cases.ts';
const suite = 'packages/core/test/door/json-test-suite.test.ts';
const naughty = 'apps/standalone/test/naughty-strings.integration.test.ts';

const TESTED: Readonly<Record<string, readonly (readonly [file: string, words: string])[]>> = {
  A1: [[door, "['A1',"], [ingest, 'A1 nothing']], A2: [[door, "['A2',"]], A3: [[door, "['A3',"]], A4: [[door, "['A4',"]], A5: [[door, "['A5',"]], A6: [[door, "['A6',"]], A7: [[api, 'A7: a body in another encoding']],
  A8: [[suite, 'n_']], A9: [[suite, 'y_']], A10: [[suite, 'i_']], A11: [[door, "['A11',"]], A12: [[door, "['A12',"]], A13: [[door, "['A13',"]], A14: [[door, "['A14',"]], A15: [[door, "['A15',"]], A16: [[door, "['A16',"]],
  A17: [[door, "['A17',"]], A18: [[door, "['A18',"]], A19: [[door, "['A19',"]], A20: [[door, "['A20',"]], A21: [[door, "['A21',"]], A22: [[door, "['A22',"]], A23: [[suite, 'naughty strings'], [naughty, 'byte for byte']], A24: [[door, "['A24',"]],
  A25: [[raw, '5 MiB and one byte'], [raw, 'a length that is smaller than the body']], A26: [[raw, 'gzip of gzip'], [raw, "'gzip', gzipSync"]], A27: [[raw, 'application/json; charset=UTF-8']], A28: [[door, "['A28',"]], A29: [[door, 'A29: one bad of 1,000'], [ingest, 'one bad of a thousand']],
  A30: [[door, "['A30',"]], A31: [[door, "['A31',"]], A32: [[door, "['A32',"]], A33: [[door, "['A33',"]], A34: [[door, "['A34',"]], A35: [[ingest, 'a key that is %s: 400']], A36: [[ingest, '32 copies at once are one request'], [idempotency, 'one of 32 copies of a request']],
  A37: [[ingest, 'another body is 422'], [idempotency, 'refuses another body under the same key']], A38: [[ingest, 'an event id is one event'], [idempotency, 'stores one event for one id']], A39: [[idempotency, 'takes an id again after the window']], A40: [[door, "['A40',"], [api, 'A40: what looks like SQL']],
  A41: [[door, "['A41',"]], A42: [[door, "['A42',"]], A43: [[raw, 'content-length and transfer-encoding'], [raw, 'bare LF: 400']], A44: [[raw, "'two hosts'"], [raw, "'absolute form'"]], A45: [[raw, 'a header block of 17 KiB'], [raw, '300 headers']], A46: [[raw, 'a chunk size that overflows'], [raw, 'a chunk extension of 20 kB']],
  A47: [[raw, "'TRACE'"], [raw, 'a method override is ignored']], A48: [[raw, 'is no way around the token']], A49: [['apps/edge/test/rates.test.ts', 'A49: pipelined requests'], ['apps/edge/test/rates.test.ts', 'A49: connections of one address'], [raw, '1,000 pipelined requests']], A50: [[raw, 'a client that goes away in the middle stores nothing']],

  C1: [[hookInput, 'C1 an empty name'], [hookApi, 'C1: markup in a name']], C2: [[hookInput, 'C2 a text for a database'], [routes, 'warns of ids that the catalog does not know']], C3: [[hookInput, 'C3 no events']], C4: [[routes, "another account\\'s alike"]], C5: [[hookInput, 'C5 100,000 filter ids']],
  C6: [[hookInput, 'C6 batch']], C7: [[hookInput, 'C7 retry settings in a hook'], ['apps/standalone/src/config.test.ts', 'names every problem at once']], C8: [[pattern, '(a+)+$']], C9: [[pattern, 'regex_too_complex']], C10: [[pattern, "['^$', '', true]"]], C11: [[pattern, "['.*OK.*', 'a\\nOK\\nb', true]"]],
  C12: [[hookInput, 'C12 1,001 keys'], [hookApi, 'C12: a key called __proto__']], C13: [[hookInput, 'C13']], C14: [[hookInput, 'C14 10 kB']], C15: [[hookInput, 'C15']], C16: [[hookApi, 'C16: secrets']], C17: [[hookInput, 'C17']], C18: [[hookInput, 'C18']], C19: [[hookInput, 'C19']], C20: [[hookInput, 'C20']],
  C21: [[routes, 'a stale version is refused']], C22: [[hookApi, 'C22 account'], [isolation, 'G13: the matrix']], C23: [['apps/standalone/test/exports-of-hooks.test.ts', 'C23']], C24: [[api, 'C24: a test send'], [routes, 'ten a minute']], C25: [[api, 'C25: exports']],

  D1: [['packages/core/src/template/parse-template.test.ts', '{{{{uuid}}}}'], [hookInput, 'D1 an unknown template']], D2: [['packages/core/test/template-injection.test.ts', 'D2:']], D3: [['packages/core/test/template-injection.test.ts', 'D3:'], [message, 'are never expanded']], D4: [[message, 'templates'], ['packages/core/src/message/compile-message.property.test.ts', 'becomes JSON']],
  D5: [[message, 'when names blow it up']], D6: [[message, 'stays the same for one event, hook and place']], D7: [['packages/core/test/golden/messages.md', 'of an import without anything']], D8: [['packages/core/src/template/event-date-values.test.ts', '999999999999999999']],
  D9: [[message, "['deleted', { kind: 'deleted' }"], ['apps/edge/test/dry-run.test.ts', 'profile_id: null']], D10: [[message, 'has no content when it is gone']], D11: [[message, 'keep the bytes of every kind of value']], D12: [[message, 'takes words of JavaScript as keys']],
  D13: [[message, 'has the template where a key is also a field']], D14: [[message, 'and the others are sent']], D15: [[door, "['A20',"], ['packages/store/src/testing/control/account-cases.ts', 'lone \\ud800 half']],

  F1: [[access, 'F1:']], F2: [[access, 'F2:']], F3: [[access, 'F3:']], F4: [[access, 'F4: scopes'], [isolation, 'F4: every route asks for what it says']], F5: [[isolation, "another account's id is answered like one that nobody has"], [isolation, 'F5: in a body']], F6: [[isolation, 'F5, F6: a cursor']], F7: [[access, 'F7:']], F8: [[access, 'F8:']],
  F9: [[session, 'F9: answers the same']], F11: [[session, 'F11: begins a new session'], [session, 'F11, F20: ends with another password']], F12: [[session, 'F12: gives a cookie']], F13: [[session, 'F13: a cookie changes something']],
  F10: [[people, 'F10: a password'], ['apps/edge/src/auth/password.test.ts', 'however it was composed']], F14: [[api, 'F14:']], F15: [[api, 'F15:']], F16: [[api, 'F16:']], F17: [[api, 'F17:']], F20: [[people, 'F20: ends with the user']], F21: [[people, 'F20, F21:']], F22: [[api, 'F22:']], F23: [[raw, 'a method override is ignored']], F24: [[access, 'F24:']],
  F19: [['apps/edge/test/oidc.test.ts', 'F19: leads to no other host'], ['apps/console/test/texts.test.ts', 'after signing in, %j leads to %s']],
  F25: [['packages/transports/src/http/http-request.test.ts', 'makes no transport but a failure'], ['packages/store/src/testing/control-conformance.ts', 'refuses another master key']], F26: [['packages/store/src/secret/secret-box.test.ts', 'refuses every flipped bit'], ['packages/store/src/secret/secret-box.test.ts', 'refuses another place']],
};

/** Not about what is here. A test that names one of these moves it up. */
const OPEN: Readonly<Record<string, string>> = {
  F18: 'nothing is exported as a table',
};

const CASES = { A: 50, C: 25, D: 15, F: 26 } as const;
const ids = Object.entries(CASES).flatMap(([section, count]) => Array.from({ length: count }, (_, n) => `${section}${n + 1}`));

it('every case is tested or says why it is open', () => {
  expect([...Object.keys(TESTED), ...Object.keys(OPEN)].sort()).toEqual([...ids].sort());
});

it.each(Object.entries(TESTED).flatMap(([id, places]) => places.map(([file, words]) => [id, file, words] as const)))('%s is in %s at "%s"', (_id, file, words) => {
  expect(readFileSync(path.join(ROOT, file), 'utf8')).toContain(words);
});

it('what is open is named by no test', () => {
  const named: string[] = [];
  for (const app of ['apps', 'packages']) {
    for (const file of readdirSync(path.join(ROOT, app), { recursive: true, encoding: 'utf8' })) {
      if (!/\.test\.tsx?$/.test(file) || file.includes('node_modules')) continue;
      const text = readFileSync(path.join(ROOT, app, file), 'utf8');
      for (const id of Object.keys(OPEN)) if (new RegExp(`['"\`(]${id}\\b`).test(text)) named.push(`${id} in ${app}/${file}`);
    }
  }
  expect(named).toEqual([]);
});
