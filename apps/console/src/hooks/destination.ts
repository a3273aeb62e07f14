/** Where a hook delivers, in one line. */
export function describeDestination(request: Readonly<Record<string, unknown>>): string {
  const text = (name: string): string => String(request[name] ?? '');
  switch (request['type']) {
    case 'http':
      return text('url');
    case 'rabbitmq_queue':
      return `${text('host')}:${text('port')} · ${text('queue')}`;
    case 'rabbitmq_exchange':
      return `${text('host')}:${text('port')} · ${text('exchange')}`;
    default:
      return `${(request['brokers'] as readonly string[] | undefined)?.join(', ') ?? ''} · ${text('topic')}`;
  }
}
