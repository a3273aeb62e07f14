import { expect, it } from 'vitest';
import { parseAllowedDestinations } from './allowed-destinations.ts';

it('names every entry that is neither a CIDR nor a host name', () => {
  const parsed = parseAllowedDestinations(['10.0.0.0/8', '10.0.0.0/33', '::/129', 'a.example.com', 'http://x.com', 'x.com:80', '*.x.com', '1.2.3', '', '10.0.0.0/8/8', '127.1']);
  expect(parsed.ok ? [] : parsed.problems.map((problem) => `${problem.path} ${problem.code}`)).toEqual(['/1', '/2', '/4', '/5', '/6', '/7', '/8', '/9', '/10'].map((path) => `${path} destination_invalid`));
});

it('takes addresses, ranges and names', () => {
  expect(parseAllowedDestinations(['127.0.0.1', '[::1]', '::1', ' fd00::/8 ', '0.0.0.0/0', '::/0', 'localhost', 'Пример.рф']).ok).toBe(true);
});
