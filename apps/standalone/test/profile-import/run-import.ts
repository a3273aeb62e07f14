// A bulk import of many profiles into the running product, with events coming in beside it: how much memory it takes, and what the events notice.
//
//     node --conditions=source apps/standalone/test/profile-import/run-import.ts --profiles 1000000 --rate 2000
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { DATABASE, emailOf, idOf } from './profile-lines.ts';

export interface ImportRun {
  readonly profiles: number;
  /** By which each is longer than its 200 bytes. */
  readonly paddingBytes: number;
  /** Events a second beside it. */
  readonly rate: number;
  /** How long events come alone first. */
  readonly aloneMs: number;
}

export interface ImportFigures {
  readonly accepted: number;
  readonly perSecond: number;
  /** Resident memory: when a fifth was imported, and the most from then on. */
  readonly rssEarlyBytes: number;
  readonly rssPeakBytes: number;
  readonly alone: Latencies;
  readonly beside: Latencies;
  /** Answers to events other than 202. */
  readonly refused: number;
  /** Profiles that are found by their address afterwards, of those looked for. */
  readonly found: number;
  readonly lookedFor: number;
}

interface Latencies {
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const TOKEN = 'hl_test_import';
const BATCH = 20;
const LOOKED_FOR = 20;
/** What an import may make of the slowest hundredth of ingest. */
const P99_RATIO_MAX = 1.5;
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };

export async function runImport({ profiles, paddingBytes, rate, aloneMs }: ImportRun): Promise<ImportFigures> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'hookline-import-'));
  const product = spawn(process.execPath, ['--conditions=source', path.join(ROOT, 'apps/standalone/src/main.ts'), '--no-demo'], { env: { ...process.env, HOOKLINE_DATA_DIR: dataDir, PORT: '0', HOOKLINE_ADMIN_TOKEN: TOKEN }, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let out = '';
      product.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        const found = /listening on (http:\S+)/.exec(out)?.[1];
        if (found !== undefined) resolve(found);
      });
      product.once('exit', (code) => reject(new Error(`the product ended with ${code}`)));
    });
    const events = startEvents(url, rate);
    await new Promise((resolve) => setTimeout(resolve, aloneMs));
    const alone = events.take();
    const rss = sampleRss(product.pid as number);
    const startedAt = performance.now();
    const answer = await postProfiles(url, { profiles, paddingBytes }, (sent) => sent * 5 >= profiles && rss.mark());
    const seconds = (performance.now() - startedAt) / 1000;
    const beside = events.take();
    const { early, peak } = rss.stop();
    const refused = await events.stop();
    let found = 0;
    for (let n = 0; n < LOOKED_FOR; n++) found += await isFound(url, Math.floor((n * profiles) / LOOKED_FOR));
    return { accepted: answer.accepted, perSecond: Math.round(profiles / seconds), rssEarlyBytes: early, rssPeakBytes: peak, alone, beside, refused, found, lookedFor: LOOKED_FOR };
  } finally {
    const ended = new Promise((resolve) => product.once('exit', resolve));
    product.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function post(url: string, at: string, contentType: string, body: string, agent?: Agent): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url + at, { method: 'POST', ...(agent && { agent }), headers: { ...AUTHORIZATION, 'content-type': contentType, 'content-length': Buffer.byteLength(body) } }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** An import by the address alone answers with the profile that has it already. */
async function isFound(url: string, n: number): Promise<0 | 1> {
  const { text } = await post(url, '/api/v1.1/profiles/import', 'application/json', JSON.stringify({ db_id: DATABASE, email: emailOf(n).toUpperCase(), data: {} }));
  return (JSON.parse(text) as { profile_id?: string }).profile_id === idOf(n) ? 1 : 0;
}

function postProfiles(url: string, sizes: Pick<ImportRun, 'profiles' | 'paddingBytes'>, onSent: (sent: number) => void): Promise<{ readonly accepted: number }> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./send-profiles-worker.ts', import.meta.url), { workerData: { url, token: TOKEN, ...sizes } });
    worker.on('message', (message: { readonly sent: number } | { readonly accepted: number }) => ('sent' in message ? onSent(message.sent) : resolve(message)));
    worker.once('error', reject);
  });
}

function startEvents(url: string, rate: number): { take(): Latencies; stop(): Promise<number> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const body = JSON.stringify(Array.from({ length: BATCH }, () => ({ event_type: 'click', event_date: '2026-02-03T04:05:06Z', list_id: DATABASE, profile_id: 'p', event_data: { campaign_id: 41 } })));
  let latencies: number[] = [];
  let refused = 0;
  const running = new Set<Promise<void>>();
  const timer = rate === 0 ? null : setInterval(() => {
    const startedAt = performance.now();
    const one = post(url, '/v1/events', 'application/json', body, agent).then(({ status }) => {
      latencies.push(performance.now() - startedAt);
      if (status !== 202) refused += 1;
    }).catch(() => void (refused += 1)).then(() => void running.delete(one));
    running.add(one);
  }, (1000 * BATCH) / rate);
  return {
    take() {
      const sorted = latencies.sort((a, b) => a - b);
      latencies = [];
      const at = (share: number): number => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
      return { requests: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      await Promise.all(running);
      agent.destroy();
      return refused;
    },
  };
}

function sampleRss(pid: number): { mark(): void; stop(): { readonly early: number; readonly peak: number } } {
  const read = (): number => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  let early = 0;
  let peak = 0;
  const timer = setInterval(() => {
    if (early > 0) peak = Math.max(peak, read());
  }, 100);
  return {
    mark() {
      if (early === 0) early = read();
    },
    stop() {
      clearInterval(timer);
      return { early, peak: Math.max(peak, read()) };
    },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { profiles: { type: 'string', default: '1000000' }, rate: { type: 'string', default: '2000' } } });
  const profiles = Number(values.profiles);
  const figures = await runImport({ profiles, paddingBytes: 0, rate: Number(values.rate), aloneMs: 15_000 });
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  const growth = figures.rssPeakBytes - figures.rssEarlyBytes;
  const isRight = figures.accepted === profiles && figures.found === figures.lookedFor && figures.refused === 0 && figures.beside.p99Ms <= P99_RATIO_MAX * figures.alone.p99Ms;
  process.stdout.write(`memory grew by ${Math.round(growth / 1e6)} MB from the first fifth on; p99 of events ${figures.alone.p99Ms} ms alone, ${figures.beside.p99Ms} ms beside the import\n`);
  process.exitCode = isRight ? 0 : 1;
}
