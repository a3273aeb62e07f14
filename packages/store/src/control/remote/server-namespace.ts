// A libSQL server with namespaces takes the first label of the host that it was asked on for the name of one, and `default` where the host has but one label. Of an address
// it would take the first number: there the name has to be said.

const DEFAULT = 'default';
/** base64 without padding. */
const DEFAULT_BINARY = 'ZGVmYXVsdA';
const ADDRESS = /^(\d+(\.\d+){3}|\[.*\])$/;

/** The namespace that a database's URL leads to. */
export function namespaceOf(databaseUrl: string): string {
  const { hostname } = new URL(databaseUrl);
  const label = hostname.split('.', 1)[0] as string;
  return ADDRESS.test(hostname) || label === hostname ? DEFAULT : label;
}

/** The same request, with the namespace said where its host is an address. */
export function inItsNamespace(request: Request): Request {
  if (ADDRESS.test(new URL(request.url).hostname)) request.headers.set('x-namespace-bin', DEFAULT_BINARY);
  return request;
}
