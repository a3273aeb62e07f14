// Two edges, two relays and two exporters on two libSQL servers, under load: a relay and an exporter freeze for longer than their leases last, then each is killed in turn. Events go to either edge whatever their home is; two of the accounts are
// exported meanwhile.
import { setTimeout as pause } from 'node:timers/promises';
import { waitUntil } from '@hookline/services';
import { AccountBook } from '../cluster/account-book.ts';
import { type Cluster, type Member, openCluster } from '../cluster/open-cluster.ts';
import type { ApiAnswer, ApiClient } from '../product/api-client.ts';
import { startHttpSink } from '../sinks/http-sink.ts';
import { isQuiet, type LaneView } from '../stage/lane-view.ts';

export interface ClusterKillsOptions {
  /** Each member is killed once a round. */
  readonly rounds: number;
}

export interface ClusterVerdict {
  readonly counts: { readonly accepted: number; readonly delivered: number; readonly lost: number; readonly duplicates: number; readonly exported: number };
  readonly problems: readonly string[];
  readonly facts: Readonly<Record<string, number | string>>;
}

const ACCOUNTS = [11, 12, 13, 14, 15, 16];
const EXPORTED = [11, 12];
const BATCH_MAX = 10;
const BATCHES_IN_FLIGHT_MAX = 8;
const SHARDS = 2;
const SENDERS = 4;
const EVENTS_PER_REQUEST = 12;
const REQUEST_PAUSE_MS = 60;
const REPEAT_PAUSE_MS = 100;
const WORK_MS = 15;
/** A member stays dead for so many accepted events: what it left is taken over, or waits. */
const EVENTS_WHILE_DEAD = 150;
const DEAD_MS_MIN = 2_000;
const FROZEN = ['relay 0', 'exporter 0'];
const FROZEN_MS = 17_000;
const DEADLINE_MS = 120_000;

interface Account {
  readonly book: AccountBook;
  readonly api: readonly ApiClient[];
  readonly hookId: string;
}

export async function runClusterKills({ rounds }: ClusterKillsOptions): Promise<ClusterVerdict> {
  const books = new Map(ACCOUNTS.map((id) => [String(id), new AccountBook(id)]));
  const sink = await startHttpSink((request, taken) => {
    if (taken) books.get(request.name)?.arrived(request);
  });
  const cluster = await openCluster();
  try {
    const accounts: Account[] = [];
    for (const [name, book] of books) {
      sink.answer(name, () => ({ afterMs: WORK_MS }));
      const api = await cluster.account(book.accountId);
      const { id } = await (api[book.accountId % SHARDS] as ApiClient).call<{ id: string }>('POST', '/v1/hooks', { name, events: ['click'], include_event_id: true, request: { type: 'http', url: sink.url(name), timeout_sec: 1, max_batch_size: BATCH_MAX } });
      accounts.push({ book, api, hookId: id });
    }
    return await underLoad(cluster, accounts, rounds);
  } finally {
    await cluster.close();
    await sink.close();
  }
}

async function underLoad(cluster: Cluster, accounts: readonly Account[], rounds: number): Promise<ClusterVerdict> {
  const accepted = (): number => accounts.reduce((n, { book }) => n + book.acked.size, 0);
  const until = (what: string, condition: () => boolean | Promise<boolean>): Promise<void> => waitUntil(what, condition, { deadlineMs: DEADLINE_MS });
  const load = startSenders(cluster, accounts.map(({ book }) => book));
  const began = performance.now();
  const problems: string[] = [];
  let kills = 0;
  let exports: readonly OpenExport[] = [];
  try {
    await until('events to be accepted', () => accepted() > 300);
    exports = await Promise.all(accounts.filter(({ book }) => EXPORTED.includes(book.accountId)).map(startExport));
    for (let round = 0; round < rounds; round++) {
      await freeze(cluster.members.filter(({ name }) => FROZEN.includes(name)));
      for (const member of cluster.members) {
        const goal = accepted() + EVENTS_WHILE_DEAD;
        await member.kill9();
        kills++;
        // A shard whose edge or server is away takes nothing; the accounts that live on the other go on.
        const deadAt = performance.now();
        await until(`events beside ${member.name}, which is dead`, () => (accepted() > goal || performance.now() - deadAt > 2 * DEAD_MS_MIN) && performance.now() - deadAt > DEAD_MS_MIN);
        await member.start();
        const after = accepted() + EVENTS_WHILE_DEAD;
        await until(`events after ${member.name} has come back`, () => accepted() > after);
      }
    }
  } catch (error: unknown) {
    problems.push(String(error), ...cluster.members.map(({ name, log }) => `${name} said: ${log().slice(-600)}`));
  }
  await load.stop();
  const seconds = (performance.now() - began) / 1000;
  await until('everything to arrive', async () => accounts.every(({ book }) => book.missing() === 0) && (await Promise.all(accounts.map(laneOf))).every(isQuiet)).catch((error: unknown) => problems.push(String(error)));
  await until('the exports to end', async () => (await Promise.all(exports.map(statusOf))).every((status) => status === 'completed')).catch((error: unknown) => problems.push(String(error)));
  for (const one of exports) {
    const missing = one.account.book.missingInExport(one.owed);
    if (missing > 0) problems.push(`account ${one.account.book.accountId}: ${missing} events are missing in its export`);
  }
  for (const account of accounts) problems.push(...(await problemsOf(account)));
  const sum = (of: (book: AccountBook) => number): number => accounts.reduce((n, { book }) => n + of(book), 0);
  const counts = { accepted: accepted(), delivered: sum((book) => book.liveCount), lost: sum((book) => book.missing()), duplicates: sum((book) => book.duplicates), exported: sum((book) => book.exportedCount) };
  const duplicatesMax = (kills + rounds * FROZEN.length) * accounts.length * SHARDS * BATCHES_IN_FLIGHT_MAX * BATCH_MAX;
  if (counts.duplicates > duplicatesMax) problems.push(`duplicates: ${counts.duplicates}, at most ${duplicatesMax} are explained`);
  return { counts, problems, facts: { kills, requestsRepeated: load.repeated(), seconds: Math.round(seconds), eventsPerSec: Math.round(counts.accepted / seconds) } };
}

/** Longer than leases last: others take over what these hold, and these wake up believing that it is theirs. */
async function freeze(members: readonly Member[]): Promise<void> {
  for (const member of members) member.freeze();
  await pause(FROZEN_MS);
  for (const member of members) member.thaw();
}

interface OpenExport {
  readonly account: Account;
  readonly id: string;
  /** Accepted before it was made. */
  readonly owed: ReadonlySet<number>;
}

async function startExport(account: Account): Promise<OpenExport> {
  const owed = new Set(account.book.acked);
  const { id } = await (account.api[0] as ApiClient).call<{ id: string }>('POST', `/v1/hooks/${account.hookId}/exports`, { from: '2026-01-01', to: '2026-01-31', max_events_per_sec: 20 });
  return { account, id, owed };
}

const statusOf = async ({ account, id }: OpenExport): Promise<string> => (await (account.api[1] as ApiClient).call<{ status: string }>('GET', `/v1/exports/${id}`)).status;
const laneOf = ({ api, hookId }: Account): Promise<LaneView> => (api[0] as ApiClient).call('GET', `/v1/hooks/${hookId}/lane`);

/** What does not add up, from either edge. */
async function problemsOf({ book, api, hookId }: Account): Promise<readonly string[]> {
  const problems = book.problems.slice(0, 5).map((problem) => `account ${book.accountId}: ${problem}`);
  for (const client of api) {
    const { counters } = await client.call<LaneView>('GET', `/v1/hooks/${hookId}/lane`);
    const { matched, delivered, dead, waiting, in_flight: inFlight, cancelled, expired } = counters;
    if (matched !== delivered + dead + waiting + inFlight + cancelled + expired || matched !== book.sent || delivered !== book.sent) problems.push(`account ${book.accountId}: of ${book.sent} events its hook says ${JSON.stringify(counters)}`);
  }
  return problems;
}

/** Each sender goes on with a request until it is taken, by whichever edge takes it. */
function startSenders(cluster: Cluster, books: readonly AccountBook[]): { stop(): Promise<void>; repeated(): number } {
  let over = false;
  let repeated = 0;
  const send = async (sender: number): Promise<void> => {
    for (let request = sender; !over; request++) {
      const taken = Array.from({ length: EVENTS_PER_REQUEST }, (_, i) => {
        const book = books[(request + i) % books.length] as AccountBook;
        return { book, ...book.take() };
      });
      const body = taken.map(({ text }) => text).join('\n');
      for (let repeats = 0; ; repeats++) {
        const edge = cluster.platform[(request + repeats) % cluster.platform.length] as ApiClient;
        const answer: ApiAnswer = await edge.send('POST', '/v1/events', body, 'application/x-ndjson');
        if (answer.status === 202) break;
        repeated++;
        await pause(REPEAT_PAUSE_MS);
      }
      for (const { book, n } of taken) book.acked.add(n);
      await pause(REQUEST_PAUSE_MS);
    }
  };
  const sending = Promise.all(Array.from({ length: SENDERS }, (_, sender) => send(sender)));
  return {
    async stop() {
      over = true;
      await sending;
    },
    repeated: () => repeated,
  };
}
