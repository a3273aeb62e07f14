/** RFC 6901: `/events/3`. `base` is a pointer already. */
export function jsonPointer(base: string, path: readonly PropertyKey[]): string {
  return base + path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
