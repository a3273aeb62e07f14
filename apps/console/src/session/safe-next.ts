/** Where to go after signing in: a path of ours, whatever the address asked for (bad-input.md F19). */
export function safeNext(next: string): string {
  if (!/^\/(?![/\\])/.test(next) || /[\\\p{Cc}]/u.test(next)) return '/hooks';
  const url = new URL(next, 'http://own.invalid');
  return url.origin === 'http://own.invalid' && !url.pathname.startsWith('//') && url.pathname !== '/sign-in' ? `${url.pathname}${url.search}` : '/hooks';
}
