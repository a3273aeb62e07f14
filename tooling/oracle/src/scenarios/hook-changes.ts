import { EVENT_TYPES } from '../model/event-types.ts';
import type { HookConfig } from '../model/hook-config.ts';
import { mergePatch } from '../model/merge-patch.ts';
import { openStage } from '../stage/open-stage.ts';
import type { Stage } from '../stage/open-stage.ts';
import { reckon } from '../stage/reckon.ts';
import type { Verdict } from '../stage/reckon.ts';
import { BATCHES_IN_FLIGHT_MAX } from './in-flight-max.ts';
import { withLoad } from './with-load.ts';
import type { Flow } from './with-load.ts';

export interface HookChangesOptions {
  readonly seed: number;
  readonly rounds: number;
}

const EVENTS_PER_SEC = 500;
const EVENTS_BETWEEN = 250;
const BATCH = 10;
const NAMES = ['steady', 'edited', 'paused', 'moved', 'removed'] as const;

/** What `edited` goes through, as merge patches; each version differs from the one before in what matches or in what a message holds. */
const EDITS: readonly Readonly<Record<string, unknown>>[] = [
  { events: EVENT_TYPES.filter((_, place) => place % 2 === 0) },
  { filters: { mailings: [401, 402], segments: [51, 52, 53] }, custom_data: { fields: ['email'], template: { v: 'second', c: '{{campaign_name}}' } } },
  { events: EVENT_TYPES, filters: { mailings: [], pixels: [91] }, custom_data: { template: { v: 'third', c: null } }, include_event_id: false },
  { filters: { pixels: [], segments: [] }, database_id: 22 },
  { custom_data: { fields: [], template: { v: null } }, include_event_id: true },
];

/** Hooks are edited, stopped, started, moved and deleted while events flow: each event is judged by the version that was current when it was accepted. */
export async function runHookChanges({ seed, rounds }: HookChangesOptions): Promise<Verdict> {
  let configs = new Map<string, HookConfig>();
  const stage = await openStage({
    seed,
    hooks: (at) => [...(configs = new Map(NAMES.map((name) => [name, { name, database_id: null, events: EVENT_TYPES, request: at.http(name, { max_batch_size: BATCH }) }]))).values()],
  });
  const { http } = stage;
  const config = (name: (typeof NAMES)[number]): HookConfig => configs.get(name) as HookConfig;
  let afterRemoval = 0;
  try {
    await withLoad(stage, { perSecond: EVENTS_PER_SEC, batch: 15 }, async (flow) => {
      for (let round = 0; round < rounds; round++) {
        await pauseAndResume(stage, flow, config('paused'));
        for (const edit of EDITS) {
          configs.set('edited', mergePatch(config('edited'), edit));
          await stage.edit(config('edited'), edit);
          await flow.accepted(EVENTS_BETWEEN);
        }
        await moveWhileFailing(stage, flow, config('moved'), `address-${round}`);
      }
      http.answer('removed', () => ({ status: 503, fault: '503' }));
      await flow.until('deliveries of the removed hook to wait', async () => (await stage.lane('removed')).counters.waiting > 0);
      await stage.remove('removed');
      http.answer('removed', () => ({}));
      afterRemoval = http.requests('removed');
      await flow.accepted(EVENTS_BETWEEN);
    });
    await stage.settle();
    afterRemoval = http.requests('removed') - afterRemoval;
    return await reckon(stage, {
      claims: [
        [http.faults('moved') > 0 && http.faults('removed') > 0, 'no delivery failed before its hook was moved or removed'],
        [stage.ledger.counts().cancelled > 0, 'nothing waited at the hook that was deleted'],
        [afterRemoval <= BATCHES_IN_FLIGHT_MAX, `${afterRemoval} requests came to a hook that was deleted`],
      ],
      facts: { rounds, afterRemoval },
    });
  } finally {
    await stage.close();
  }
}

/** Stopped and started twice: what came meanwhile is let go the first time, and made up for the second. */
async function pauseAndResume(stage: Stage, flow: Flow, config: HookConfig): Promise<void> {
  await flow.accepted(EVENTS_BETWEEN);
  await stage.act(config.name, 'deactivate', undefined, null);
  await flow.accepted(EVENTS_BETWEEN);
  await stage.act(config.name, 'activate', { from: 'now' }, config);
  await flow.accepted(EVENTS_BETWEEN);
  await stage.act(config.name, 'deactivate', undefined, null);
  await flow.accepted(EVENTS_BETWEEN);
  await stage.activateFromStopped(config);
}

/** What waits for an address that fails goes to the new one. */
async function moveWhileFailing({ http, ...stage }: Stage, flow: Flow, config: HookConfig, address: string): Promise<void> {
  http.answer(config.name, (request) => (request.address === address ? {} : { status: 503, fault: '503' }));
  const before = http.faults(config.name);
  await flow.until('deliveries to the old address to fail', () => http.faults(config.name) > before + 1);
  await stage.edit(config, { request: { url: http.url(config.name, address) } });
  await flow.taken(config.name, EVENTS_BETWEEN);
}
