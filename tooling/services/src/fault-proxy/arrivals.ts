import { once } from 'node:events';
import type { Socket } from 'node:net';

const HELD_BYTES_MAX = 1024 * 1024;

export interface Arrival {
  readonly bytes: Buffer;
  readonly arrivedAt: number;
}

/** What a socket receives, stamped when it arrives and not when it is taken, so that a delay is a delay and no throttle. Ends with the stream. */
export async function* arrivals(socket: Socket): AsyncGenerator<Arrival> {
  const held: Arrival[] = [];
  let heldBytes = 0;
  let ended = false;
  socket.on('data', (bytes: Buffer) => {
    held.push({ bytes, arrivedAt: performance.now() });
    heldBytes += bytes.length;
    if (heldBytes > HELD_BYTES_MAX) socket.pause();
    socket.emit('arrival');
  });
  for (const event of ['end', 'close']) {
    socket.once(event, () => {
      ended = true;
      socket.emit('arrival');
    });
  }
  for (;;) {
    const next = held.shift();
    if (next) {
      heldBytes -= next.bytes.length;
      if (heldBytes <= HELD_BYTES_MAX) socket.resume();
      yield next;
    } else if (ended) {
      return;
    } else {
      // an error ends the wait too; 'close' comes after it
      await once(socket, 'arrival').catch(() => 'the socket is over');
    }
  }
}
