import { batchBody, type Clock, compileMessage, createIds, type EventRow, type Failure, type OutgoingBatch, type Outcome, parseEvents, type SendResult, type TransportFactory } from '@hookline/core';
import type { ControlStore } from '@hookline/store';
import { isRefusal, refuse, type Refusal } from '../http/refusal.ts';
import { eventTypeOf } from '../ingest/event-types-of-account.ts';
import { EDGE_LIMITS } from '../limits.ts';
import type { HookTester, TestResult } from '../ports.ts';
import { createTestRate } from './test-rate.ts';

export interface HookTesterOptions {
  readonly control: Pick<ControlStore, 'eventTypes' | 'catalog' | 'keys'>;
  readonly transports: Pick<TransportFactory, 'create'>;
  readonly clock: Clock;
  readonly newId: (prefix: string) => string;
}

type TestedHook = Parameters<HookTester['test']>[0];

/** Sends the registry's example of an event type, rendered by the hook's own selection, through the real transport. */
export function createHookTester(options: HookTesterOptions): HookTester {
  const { control, transports, clock, newId } = options;
  const takeTest = createTestRate(clock, EDGE_LIMITS.testsPerMinuteMax);

  return {
    async test(hook, eventType) {
      const type = eventTypeOf(control.eventTypes, hook.accountId, eventType);
      if (type === undefined) return refuse(422, 'event_type_unknown', 'There is no such event type.', '/event_type');
      const waitMs = takeTest(hook.accountId);
      if (waitMs > 0) return refuse(429, 'too_many_tests', `At most ${EDGE_LIMITS.testsPerMinuteMax} tests a minute.`, '', { 'retry-after': String(Math.ceil(waitMs / 1000)) });
      const batch = await renderBatch(hook, eventType, type.sample);
      return isRefusal(batch) ? batch : sendNow(hook, batch);
    },
  };

  async function renderBatch(hook: TestedHook, eventType: string, sample: string): Promise<OutgoingBatch | Refusal> {
    const row = sampleRow(hook.accountId, sample, newId('evt'), clock.now());
    if (row === null) return refuse(422, 'sample_invalid', `The registry's example of ${eventType} is not a valid event.`, '/event_type');
    const ids = createIds(await control.keys.getOrCreate('id_key'));
    const message = compileMessage({ hookId: hook.id, selection: hook.selection, ids });
    const names = await control.catalog.lookUp(hook.accountId, message.namesOf(row));
    const rendered = message.render(row, { profile: { kind: 'absent' }, name: (kind, id) => names.get(`${kind}/${id}`), content: null, forExport: false });
    if (rendered.kind === 'failed') return refuse(422, rendered.code, rendered.message, '/custom_data');
    return {
      hookId: hook.id, accountId: hook.accountId, deliveryId: newId('dlv'), attempt: 1, revision: 0, redrive: 0, exportId: null, body: new TextEncoder().encode(batchBody([rendered.body])),
      messages: [{
        messageId: newId('msg'), eventId: row.eventId, eventType: row.eventType, routingKey: `${row.databaseId ?? 0}.${row.eventType}`, profileId: row.profileId, eventTimeMs: row.eventTimeMs, redrive: 0, body: rendered.body,
      }],
    };
  }

  async function sendNow(hook: TestedHook, batch: OutgoingBatch): Promise<TestResult> {
    const transport = transports.create({ hookId: hook.id, accountId: hook.accountId, request: hook.request });
    if ('kind' in transport) return { ...printOutcome(transport), request: {}, response: null, duration_ms: 0 };
    const startedAt = clock.monotonic();
    try {
      const sent = await transport.send(batch);
      const body = hook.request.type === 'http' ? new TextDecoder().decode(batch.body) : batch.messages[0]?.body;
      return { ...printOutcome(worst(sent)), request: { ...sent.evidence.request, body }, response: sent.evidence.response ?? null, duration_ms: Math.round(clock.monotonic() - startedAt) };
    } finally {
      await transport.close();
    }
  }
}

const worst = (sent: SendResult): Outcome => sent.each?.[0] ?? sent.outcome;

function printOutcome(outcome: Outcome | Failure): Pick<TestResult, 'outcome' | 'code' | 'message'> {
  return outcome.kind === 'delivered' ? { outcome: 'delivered' } : { outcome: outcome.kind, code: outcome.code, message: outcome.message };
}

/** The example as if it had come in; null where the door would not take it. */
function sampleRow(accountId: number, sample: string, eventId: string, nowMs: number): EventRow | null {
  const parsed = parseEvents(Buffer.from(sample), 'json', { nowMs, tokenAccountId: accountId, headerAccountId: null, accountExists: () => true, eventType: () => ({ subjects: [] }) });
  const event = parsed.ok ? parsed.value.items[0] : undefined;
  if (event === undefined || !event.ok) return null;
  const { callerId: _, ...draft } = event.draft;
  return { ...draft, kind: 'event', position: 0, time: nowMs, eventId };
}
