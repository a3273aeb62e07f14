import { expect, it } from 'vitest';
import { event, ExportRig, HOOK, START_DAY } from '../export/export-rig.ts';

async function sending(count: number): Promise<{ rig: ExportRig; ids: string[] }> {
  const rig = new ExportRig();
  await rig.start();
  await rig.makeHook();
  await rig.time.run(50);
  const events = Array.from({ length: count }, () => event({ day: START_DAY - 1 }));
  return { rig, ids: (await rig.append(events), events.map(({ callerId }) => callerId as string)) };
}
const deadOf = async (rig: ExportRig): Promise<string[]> => (await rig.wait(rig.up.log.deadLetters(HOOK, { limit: 500, after: null }))).data.map(({ eventId }) => eventId);

it('nothing dies when a destination goes away between two deliveries that overlap', async () => {
  for (let afterMs = 5; afterMs < 65; afterMs += 3) {
    const { rig, ids } = await sending(400);
    rig.answerSpreadMs = 7;
    await rig.time.run(afterMs);
    rig.mood = 'failing';
    await rig.time.run(20_000);
    rig.mood = 'well';
    await rig.time.run(900_000);
    expect(await deadOf(rig)).toEqual([]);
    expect([...rig.copies(null).keys()].sort()).toEqual([...ids].sort());
  }
});

it.for([0, 7, 27])('event %i of 35, refused while its neighbours are taken, dies alone and soon', async (index) => {
  const { rig, ids } = await sending(35);
  rig.poison = ids[index] as string;
  await rig.time.run(10_000);
  expect(await deadOf(rig)).toEqual([rig.poison]);
  expect(rig.copies(null).size).toBe(34);
});
