import fc from 'fast-check';
import { expect, it } from 'vitest';
import { belongs, dateOf, event, ExportRig, START_DAY } from './export-rig.ts';

const anyEvent = fc.record({
  day: fc.integer({ min: START_DAY - 6, max: START_DAY }),
  accountId: fc.constantFrom(1, 1, 1, 2),
  eventType: fc.constantFrom('click', 'open', 'profile_merge', 'unsub'),
  mailingId: fc.constantFrom(1, 2, 3),
  customData: fc.constantFrom(null, '{"own":1}'),
  profile: fc.constantFrom(null, '{"email":"x@y.z"}'),
});

for (const type of ['http', 'kafka'] as const) {
  it(`by ${type} an export sends, for each event of its period, what live sent, without content and under ids of its own`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyEvent, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 6 }), fc.nat(5), fc.nat(5), async (requests, a, b) => {
        const rig = new ExportRig(type);
        await rig.start();
        await rig.makeHook();
        for (const events of requests) await rig.append(events.map((change) => event(change)));
        await rig.time.run(10_000);
        const [from, to] = [START_DAY - 6 + Math.min(a, b), START_DAY - 6 + Math.max(a, b)];
        const id = (await rig.create(dateOf(from), dateOf(to))) as string;
        await rig.finish(id);
        const sent = (exportId: string | null) => new Map(rig.arrivals.filter((one) => one.exportId === exportId).flatMap((one) => one.messages).map((message) => [message.eventId, message]));
        const [live, exported] = [sent(null), sent(id)];
        const wanted = rig.appended.filter((draft) => belongs(draft, from, to)).map((draft) => draft.callerId as string);
        expect([...exported.keys()].sort()).toEqual([...wanted].sort());
        expect([...rig.copies(id).values()].every((n) => n === 1)).toBe(true);
        for (const eventId of wanted) {
          expect(exported.get(eventId)?.body).toBe(live.get(eventId)?.body.replace(',"content":{"html":"x"}', ''));
          expect(exported.get(eventId)?.messageId).not.toBe(live.get(eventId)?.messageId);
        }
        expect(rig.tables.exports.get(id)).toMatchObject({ status: 'completed', removed: 0, skippedEventTypes: ['profile_merge'] });
        expect(await rig.wait(rig.up.runs.progress(rig.tables.exports.get(id)!))).toMatchObject({ percent: 100, matched: wanted.length, delivered: wanted.length, dead: 0, expired: 0, waiting: 0, in_flight: 0 });
      }),
      { numRuns: 25 },
    );
  });
}
