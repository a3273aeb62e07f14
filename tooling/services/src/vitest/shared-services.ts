// The services that a whole test run shares. They live in vitest's main process, which starts each one when the first test file asks for it: a run that needs no
// Kafka starts none. Test files reach it by a small HTTP desk on loopback, whose address vitest provides.
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { startKafka } from '../kafka/start-kafka.ts';
import { startRabbitmq } from '../rabbitmq/start-rabbitmq.ts';
import { startSqld } from '../sqld/start-sqld.ts';
import { ServiceMissing } from '../service.ts';
import type { ServiceControl, ServiceName } from '../service.ts';

const STARTERS: Readonly<Record<ServiceName, () => Promise<ServiceControl>>> = { rabbitmq: startRabbitmq, kafka: startKafka, sqld: startSqld };

/** What the desk answers: the service's addresses, or why it is not there. */
export type DeskAnswer = { readonly addresses: Readonly<Record<string, unknown>> } | { readonly missing: { readonly reason: string; readonly command: string } } | { readonly failed: string };

export interface ServiceDesk {
  readonly url: string;
  close(): Promise<void>;
}

export async function openServiceDesk(starters = STARTERS): Promise<ServiceDesk> {
  const started = new Map<ServiceName, Promise<ServiceControl>>();
  const answer = async (name: string): Promise<DeskAnswer> => {
    if (!Object.hasOwn(starters, name)) return { failed: `there is no service ${name}` };
    const service = name as ServiceName;
    if (!started.has(service)) started.set(service, starters[service]());
    try {
      return { addresses: { ...(await started.get(service)) } };
    } catch (error: unknown) {
      return error instanceof ServiceMissing ? { missing: { reason: error.reason, command: error.command } } : { failed: String(error) };
    }
  };
  const server = createServer((request, response) => {
    void answer((request.url ?? '').slice(1)).then((result) => response.setHeader('content-type', 'application/json').end(JSON.stringify(result)));
  });
  const url = await listen(server);
  return {
    url,
    async close() {
      server.close();
      server.closeAllConnections();
      for (const service of await Promise.allSettled(started.values())) if (service.status === 'fulfilled') await service.value.stop();
    },
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
