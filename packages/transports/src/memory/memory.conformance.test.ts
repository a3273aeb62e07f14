import { transportConformance } from '../testing/transport-conformance.ts';
import type { ReceivedMessage } from '../testing/transport-harness.ts';
import { createMemoryTransport } from './memory-transport.ts';

transportConformance({
  name: 'memory, as a broker',
  answers: 'each',
  async open() {
    const transport = createMemoryTransport({ type: 'kafka' });
    const all = (): ReceivedMessage[] => transport.sent.flatMap((batch) => batch.messages.map(({ messageId, body }) => ({ id: messageId, body: Buffer.from(body) })));
    return { transport, received: async () => all(), close: () => transport.close() };
  },
});

transportConformance({
  name: 'memory, as HTTP',
  answers: 'batch',
  async open() {
    const transport = createMemoryTransport({ type: 'http' });
    const all = (): ReceivedMessage[] => transport.sent.map((batch) => ({ id: batch.deliveryId, body: Buffer.from(batch.body) }));
    return { transport, received: async () => all(), close: () => transport.close() };
  },
});
