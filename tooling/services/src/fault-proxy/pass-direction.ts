import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { activeFaults } from './fault.ts';
import type { ActiveFault, FaultDirection } from './fault.ts';
import { arrivals } from './arrivals.ts';

/** A limited line is fed so many times a second, so that it trickles. */
const BANDWIDTH_STEPS_PER_SEC = 20;

export interface Direction {
  readonly source: Socket;
  readonly target: Socket;
  readonly direction: FaultDirection;
  readonly faults: ReadonlySet<ActiveFault>;
  /** Aborts when the connection is over. */
  readonly closed: AbortSignal;
  close(): void;
}

/** Carries one direction of one connection through whatever faults are active when each byte comes by. Ends when the stream or the connection does. */
export async function passDirection(line: Direction): Promise<void> {
  const seen = new Map<ActiveFault, number>();
  for await (const { bytes, arrivedAt } of arrivals(line.source)) {
    await hold(line);
    await delay(line, arrivedAt);
    for (const slice of slices(line, corrupted(line, bytes, seen))) {
      await passLimited(line, slice, seen);
      if (line.closed.aborted) return;
      for (const { fault, lifted } of activeFaults(line.faults, 'slicer', line.direction)) await pause(fault.delayMs, line.closed, lifted);
    }
  }
  for (const { fault, lifted } of activeFaults(line.faults, 'slow_close', line.direction)) await pause(fault.delayMs, line.closed, lifted);
  await hold(line);
  line.target.end();
}

/** Waits while anything says that nothing passes. */
async function hold(line: Direction): Promise<void> {
  for (;;) {
    const holding = [...activeFaults(line.faults, 'blackhole', line.direction), ...activeFaults(line.faults, 'timeout', line.direction)][0];
    if (!holding || line.closed.aborted) return;
    await either(holding.lifted, line.closed);
  }
}

async function delay(line: Direction, arrivedAt: number): Promise<void> {
  for (const { fault, lifted } of activeFaults(line.faults, 'latency', line.direction)) {
    const delayMs = fault.delayMs + (fault.jitterMs ?? 0) * (2 * Math.random() - 1);
    await pause(arrivedAt + delayMs - performance.now(), line.closed, lifted);
  }
}

function corrupted(line: Direction, bytes: Buffer, seen: Map<ActiveFault, number>): Buffer {
  for (const active of activeFaults(line.faults, 'corrupt_byte', line.direction)) {
    const start = seen.get(active) ?? 0;
    const index = active.fault.at - start;
    seen.set(active, start + bytes.length);
    if (index >= 0 && index < bytes.length) bytes[index] = (bytes[index] ?? 0) ^ 0xff;
  }
  return bytes;
}

function slices(line: Direction, bytes: Buffer): Buffer[] {
  const sliced = activeFaults(line.faults, 'slicer', line.direction).map(({ fault }) => fault.sliceBytes);
  const narrow = activeFaults(line.faults, 'bandwidth', line.direction).map(({ fault }) => fault.bytesPerSec / BANDWIDTH_STEPS_PER_SEC);
  const sliceBytes = Math.max(1, Math.floor(Math.min(bytes.length, ...sliced, ...narrow)));
  return Array.from({ length: Math.ceil(bytes.length / sliceBytes) }, (_, index) => bytes.subarray(index * sliceBytes, (index + 1) * sliceBytes));
}

async function passLimited(line: Direction, slice: Buffer, seen: Map<ActiveFault, number>): Promise<void> {
  let rest = slice;
  for (const active of [...activeFaults(line.faults, 'limit_data', line.direction), ...activeFaults(line.faults, 'hang_after', line.direction)]) {
    const before = seen.get(active) ?? 0;
    seen.set(active, before + rest.length);
    const allowed = Math.max(0, active.fault.bytes - before);
    if (rest.length < allowed) continue;
    await write(line, rest.subarray(0, allowed));
    rest = rest.subarray(allowed);
    if (active.fault.kind === 'limit_data') return line.close();
    if (rest.length > 0) await either(active.lifted, line.closed);
  }
  await write(line, rest);
}

async function write(line: Direction, bytes: Buffer): Promise<void> {
  if (bytes.length === 0 || !line.target.writable) return;
  const room = line.target.write(bytes);
  if (!room) await once(line.target, 'drain', { signal: line.closed }).catch(() => 'the connection is over');
  for (const { fault, lifted } of activeFaults(line.faults, 'bandwidth', line.direction)) await pause((bytes.length / fault.bytesPerSec) * 1000, line.closed, lifted);
}

async function pause(delayMs: number, ...until: readonly AbortSignal[]): Promise<void> {
  if (delayMs > 0) await wait(delayMs, undefined, { signal: AbortSignal.any([...until]) }).catch(() => 'not needed any more');
}

async function either(...signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals]);
  if (!any.aborted) await once(any, 'abort');
}
