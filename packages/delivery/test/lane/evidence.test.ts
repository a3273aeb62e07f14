// Whether a destination is away or an event is poisonous is decided by what else it took: that is known across restarts.
import { describe, expect, it } from 'vitest';
import { DELIVERED, LanesRig } from './lanes-rig.ts';

const FAILING = { outcome: { kind: 'failed', code: 'http_5xx', message: 'status 500' }, answerMs: 5 } as const;
const MINUTE_MS = 60_000;

describe('a poisonous event', () => {
  it('is found after a restart too, though nothing new succeeds any more', async () => {
    const rig = new LanesRig();
    await rig.start();
    rig.answers.set('hook', (batch) => (batch.messages.some(({ body }) => body.includes('"event_type":"poison"')) ? FAILING : DELIVERED));
    await rig.makeHook('hook', ['up', 'poison']);
    await rig.append('poison', 1);
    await rig.append('up', 49);
    await rig.time.run(1);
    await rig.append('up', 50);
    await rig.time.run(200);
    await rig.restart();
    await rig.time.run(MINUTE_MS);
    const [lane] = rig.relay.lanes('hook');
    const snapshot = (await rig.wait(rig.log.snapshot(['hook']))).get('hook');
    expect(lane?.hold).toBeNull();
    expect(snapshot).toMatchObject({ matched: 100, delivered: 99, dead: 1, waiting: 0, inFlight: 0 });
  });
});
