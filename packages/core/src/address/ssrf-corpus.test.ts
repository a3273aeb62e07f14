import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createAddressPolicy } from './address-policy.ts';

const CORPUS = fileURLToPath(new URL('../../../../../shared/corpora/ssrf.json', import.meta.url));
const isThere = existsSync(CORPUS);
if (!isThere) console.warn(`SKIPPED: the SSRF corpus is not at ${CORPUS}; put ../shared beside the checkout to run its 201 vectors.`);

/** Public after all: the attack is in the path, in DNS at send time, or there is none. */
const PUBLIC = [
  'http://1.1.1.1', 'http://169.254.169.254.nip.io/', 'http://xip.io/', 'http://ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ',
  'https://help.redacted.com/plugins/servlet/oauth/users/icon-uri?consumerUri=http://169.254.169.254/metadata/v1/maintenance', 'https://nip.io/',
];

it.skipIf(!isThere)('refuses every vector that points to a forbidden place, with http allowed too', () => {
  const vectors = (JSON.parse(readFileSync(CORPUS, 'utf8')) as string[]).map((text) => new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0))));
  expect(vectors.length).toBeGreaterThan(150);
  const accepted = (allowHttp: boolean) => {
    const policy = createAddressPolicy({ allow: [], allowHttp, self: [] });
    return vectors.filter((url) => 'url' in policy.checkUrl(url));
  };
  expect(accepted(false).filter((url) => !PUBLIC.includes(url))).toEqual([]);
  expect(accepted(true).sort()).toEqual([...PUBLIC].sort());
});
