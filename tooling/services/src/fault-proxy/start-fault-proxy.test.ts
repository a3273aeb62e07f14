import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFaultProxy } from './start-fault-proxy.ts';
import type { FaultProxy } from './start-fault-proxy.ts';
import type { Fault } from './fault.ts';
import { waitUntil } from '../wait-until.ts';

const SOON = { deadlineMs: 5000 };

let service: Server;
let proxy: FaultProxy;
let served: Set<Socket>;

/** The service answers every byte with itself, and ends when its client has. */
beforeEach(async () => {
  served = new Set();
  service = createServer((socket) => {
    served.add(socket);
    socket.on('error', () => {}).on('close', () => served.delete(socket));
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  proxy = await startFaultProxy({ port: (service.address() as AddressInfo).port });
});

afterEach(async () => {
  await proxy.close();
  for (const socket of served) socket.destroy();
  service.close();
  expect(proxy.openCount()).toBe(0);
});

interface Client {
  readonly socket: Socket;
  received(): string;
  ended(): boolean;
  closed(): boolean;
  error(): string | undefined;
}

function dial(): Client {
  const socket = connect({ port: proxy.port, host: proxy.host, allowHalfOpen: true });
  let text = '';
  let ended = false;
  let closed = false;
  let code: string | undefined;
  socket.on('data', (bytes) => (text += bytes.toString('latin1')));
  socket.on('end', () => (ended = true)).on('close', () => (closed = true));
  socket.on('error', (error: NodeJS.ErrnoException) => (code = error.code));
  return { socket, received: () => text, ended: () => ended, closed: () => closed, error: () => code };
}

const until = (what: string, condition: () => boolean): Promise<void> => waitUntil(what, condition, SOON);

async function echo(client: Client, text: string): Promise<void> {
  const before = client.received().length;
  client.socket.write(text);
  await until('the echo', () => client.received().length === before + text.length);
}

describe('a fault proxy without faults', () => {
  it('carries both directions, the end of each included', async () => {
    const client = dial();
    const text = 'x'.repeat(3_000_000);
    await echo(client, text);
    client.socket.end();
    await until('the end', () => client.ended());
    expect(client.received()).toBe(text);
    expect(proxy.connectionCount()).toBe(1);
    await until('the connection to be forgotten', () => proxy.openCount() === 0);
  });
});

describe('faults', () => {
  it('down: closes what is open and refuses, until lifted', async () => {
    const client = dial();
    await echo(client, 'a');
    const lift = await proxy.inject({ kind: 'down' });
    await until('the close', () => client.ended() || client.closed());
    const refused = dial();
    await until('the refusal', () => refused.error() === 'ECONNREFUSED');
    await lift();
    const again = dial();
    await echo(again, 'b');
    expect(again.received()).toBe('b');
  });

  it('latency: delays each byte, and keeps the throughput', async () => {
    await proxy.inject({ kind: 'latency', delayMs: 100, direction: 'down' });
    const client = dial();
    const started = performance.now();
    const text = 'y'.repeat(2_000_000);
    await echo(client, text);
    expect(performance.now() - started).toBeGreaterThanOrEqual(99);
    expect(client.received()).toBe(text);
  });

  it('bandwidth: lets so many bytes a second through', async () => {
    await proxy.inject({ kind: 'bandwidth', bytesPerSec: 10_000, direction: 'up' });
    const client = dial();
    const started = performance.now();
    await echo(client, 'z'.repeat(3000));
    expect(performance.now() - started).toBeGreaterThanOrEqual(200);
  });

  it('slicer: cuts into pieces', async () => {
    await proxy.inject({ kind: 'slicer', sliceBytes: 2, delayMs: 5, direction: 'down' });
    const client = dial();
    const pieces: number[] = [];
    client.socket.on('data', (bytes) => pieces.push(bytes.length));
    await echo(client, '0123456789');
    expect(pieces.length).toBeGreaterThan(2);
    expect(client.received()).toBe('0123456789');
  });

  it('limit_data: closes after so many bytes, counted from its beginning', async () => {
    const client = dial();
    await echo(client, 'before');
    await proxy.inject({ kind: 'limit_data', bytes: 3, direction: 'down' });
    client.socket.write('after!');
    await until('the close', () => client.ended() || client.closed());
    expect(client.received()).toBe('beforeaft');
  });

  it('hang_after: passes so many bytes and stays open', async () => {
    const lift = await proxy.inject({ kind: 'hang_after', bytes: 3, direction: 'down' });
    const client = dial();
    client.socket.write('abcdef');
    await until('three bytes', () => client.received().length >= 3);
    expect(client.received()).toBe('abc');
    expect(client.ended()).toBe(false);
    await lift();
    await until('the rest', () => client.received() === 'abcdef');
  });

  it('blackhole: connects, passes nothing, and goes on when lifted', async () => {
    const lift = await proxy.inject({ kind: 'blackhole' });
    const client = dial();
    await once(client.socket, 'connect');
    client.socket.write('a');
    await until('the connection', () => proxy.openCount() === 1);
    expect(client.received()).toBe('');
    await lift();
    await until('the byte', () => client.received() === 'a');
  });

  it('timeout: passes nothing and closes after its time', async () => {
    await proxy.inject({ kind: 'timeout', afterMs: 50 });
    const client = dial();
    client.socket.write('a');
    await until('the close', () => client.ended() || client.closed());
    expect(client.received()).toBe('');
  });

  it('reset_peer: resets what is open and what comes', async () => {
    const client = dial();
    await echo(client, 'a');
    await proxy.inject({ kind: 'reset_peer' });
    await until('the reset', () => client.error() === 'ECONNRESET');
    const next = dial();
    await until('its reset', () => next.error() === 'ECONNRESET');
    expect(next.received()).toBe('');
  });

  it('half_close: ends one direction, the other lives', async () => {
    const client = dial();
    await echo(client, 'a');
    const [socket] = served;
    let heard = '';
    socket?.on('data', (bytes) => (heard += bytes.toString()));
    await proxy.inject({ kind: 'half_close', direction: 'down' });
    await until('the end', () => client.ended());
    client.socket.write('still');
    await until('the service to hear it', () => heard === 'still');
    expect(client.closed()).toBe(false);
  });

  it('slow_close: the end comes late', async () => {
    await proxy.inject({ kind: 'slow_close', delayMs: 60 });
    const client = dial();
    await echo(client, 'a');
    const started = performance.now();
    client.socket.end();
    await until('the end', () => client.ended());
    expect(performance.now() - started).toBeGreaterThanOrEqual(59);
  });

  it('corrupt_byte: flips one', async () => {
    await proxy.inject({ kind: 'corrupt_byte', at: 1, direction: 'down' });
    const client = dial();
    await echo(client, 'abc');
    expect(client.received()).toBe('a\x9dc');
  });

  it.each<Fault>([{ kind: 'down' }, { kind: 'latency', delayMs: 60_000 }, { kind: 'blackhole' }, { kind: 'limit_data', bytes: 0 }])('heal lifts $kind', async (fault) => {
    await proxy.inject(fault);
    await proxy.heal();
    const client = dial();
    await echo(client, 'well');
    expect(client.received()).toBe('well');
  });
});
