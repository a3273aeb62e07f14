// Single pixel hits on each runtime, beside a bare handler of the same runtime in the same run: `npm run bench -- --pixels`. What counts is hits per second of CPU of the
// server: the client here is slower than some of the servers.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bunProgram, denoProgram } from '@hookline/runtimes';
import { pinnedPrefix } from '../cores.ts';
import { firePixels } from './fire-pixels.ts';

const WARM_UP_SECONDS = 2;
/** Of a bare handler's, without durability. */
const GOAL = 0.6;
const TICKS_PER_SECOND = 100;
const KINDS = ['bare', 'memory', 'durable'] as const;
type Kind = (typeof KINDS)[number];

const SERVER = path.join(import.meta.dirname, 'pixel-server.ts');
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  Node: [process.execPath, '--conditions=source', SERVER],
  Deno: [denoProgram(), 'run', '-A', '--conditions=source', '--node-modules-dir=manual', SERVER],
  Bun: [bunProgram(), '--conditions=source', SERVER],
};

export interface PixelFigures {
  readonly runtime: string;
  readonly kind: Kind;
  readonly hitsPerSec: number;
  readonly hitsPerCpuSec: number;
  /** Of the bare handler's hits per second of CPU. */
  readonly ratio: number;
  /** null = it keeps nothing. */
  readonly counts: { readonly answered: number; readonly lost: number; readonly duplicated: number } | null;
}

/** User and system time of the process and its threads, seconds. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The first group of what it prints; rejects when it ends without. */
function printed(server: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = '';
    server.on('close', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
    server.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = pattern.exec(output);
      if (found !== null) resolve(found);
    });
  });
}

async function measure(command: readonly string[], kind: Kind, seconds: number): Promise<Omit<PixelFigures, 'runtime' | 'kind' | 'ratio'>> {
  const [file = '', ...args] = [...pinnedPrefix(), ...command, kind];
  const server = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = (await printed(server, /fire at (\S+)/))[1] as string;
    const warmUp = await firePixels(url, 0, WARM_UP_SECONDS);
    const [cpuBefore, timeBefore] = [cpuSeconds(server.pid as number), performance.now()];
    const hits = await firePixels(url, warmUp, seconds);
    const [cpu, time] = [cpuSeconds(server.pid as number) - cpuBefore, (performance.now() - timeBefore) / 1_000];
    const figures = { hitsPerSec: hits / time, hitsPerCpuSec: hits / cpu };
    if (kind === 'bare') return { ...figures, counts: null };
    const told = printed(server, /holds (\d+) of (\d+)/);
    server.kill('SIGTERM');
    const [, rows, different] = await told;
    return { ...figures, counts: { answered: warmUp + hits, lost: warmUp + hits - Number(different), duplicated: Number(rows) - Number(different) } };
  } finally {
    server.removeAllListeners('close');
    server.kill('SIGKILL');
  }
}

/** In the order of the runtimes, each bare first. */
export async function benchPixels(seconds: number, say: (text: string) => void): Promise<readonly PixelFigures[]> {
  const figures: PixelFigures[] = [];
  for (const [runtime, command] of Object.entries(RUNTIMES)) {
    let bare = 0;
    for (const kind of KINDS) {
      say(`pixels: ${runtime}, ${kind}`);
      const measured = await measure(command, kind, seconds);
      if (kind === 'bare') bare = measured.hitsPerCpuSec;
      figures.push({ runtime, kind, ...measured, ratio: measured.hitsPerCpuSec / bare });
    }
  }
  return figures;
}

export function printPixelFigures(figures: readonly PixelFigures[]): string {
  const number = (value: number): string => Math.round(value).toLocaleString('en');
  const rows = figures.map(({ runtime, kind, hitsPerSec, hitsPerCpuSec, ratio, counts }) => [
    runtime, kind, number(hitsPerSec), number(hitsPerCpuSec), `${ratio.toFixed(2)}${kind === 'memory' ? (ratio >= GOAL ? ` (goal ${GOAL})` : ` (misses ${GOAL})`) : ''}`,
    counts === null ? '' : number(counts.answered), counts === null ? '' : number(counts.lost), counts === null ? '' : number(counts.duplicated),
  ]);
  const table = [['runtime', 'what', 'hits/s', 'hits per CPU second', 'of bare', 'answered', 'lost', 'duplicated'], ...rows];
  const widths = (table[0] as string[]).map((_, column) => Math.max(...table.map((row) => (row[column] as string).length)));
  return `${table.map((row) => row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number))).join('  ')).join('\n')}\n`;
}
