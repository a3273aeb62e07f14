import { describe, expect, it } from 'vitest';
import { inItsNamespace, namespaceOf } from './server-namespace.ts';

describe('the namespace of a database', () => {
  it.each([
    ['http://localhost:8080', 'default'], ['http://sqld:8080', 'default'], ['http://127.0.0.1:8080', 'default'], ['https://10.0.0.5', 'default'], ['http://[::1]:8080', 'default'],
    ['https://hookline.db.example', 'hookline'], ['libsql://shard-1.example.com', 'shard-1'],
  ])('of %s is %s', (url, namespace) => {
    expect(namespaceOf(url)).toBe(namespace);
  });

  it('is said where the host is an address, and left to the server elsewhere', () => {
    const said = (url: string): string | null => inItsNamespace(new Request(url)).headers.get('x-namespace-bin');
    expect([said('http://127.0.0.1:8080/v2/pipeline'), said('http://[::1]:8080/'), said('http://localhost:8080/'), said('https://hookline.db.example/')]).toEqual(['ZGVmYXVsdA', 'ZGVmYXVsdA', null, null]);
  });
});
