import { describe, expect, it } from 'vitest';
import { BUILT_IN_EVENT_TYPES, builtInEventType } from './event-types.ts';

// Written from contract.md 2.1 and 2.2 by hand, sharing nothing with the table under test.
const DOCUMENTED = {
  email: 'send reply uopen open uclick click confirm confirmsub unsub complain sbounce hbounce suppress deliv undeliv read skimmed glanced',
  import: 'import_manual import_file import_api',
  sms: 'send_sms click_sms uclick_sms deliv_sms undeliv_sms unsub_sms',
  push: 'uopen_push open_push send_push click_push uclick_push',
  platform: 'campaign_launch profile_merge profile_split',
};
const ASSUMED = {
  email: 'sub',
  sms: 'sub_sms complain_sms hbounce_sms',
  push: 'deliv_push undeliv_push unsub_push sub_push complain_push hbounce_push',
  messenger: ['whatsapp', 'viber', 'telegram_bot', 'max_bot', 'notify'].flatMap((channel) =>
    'send deliv undeliv read open uopen click uclick unsub reply sub complain hbounce'.split(' ').map((action) => `${action}_${channel}`)).join(' '),
  pixel: 'pixel',
  segment: 'segment_enter segment_leave',
  promocode: 'promocode_assign promocode_activate',
  profile: 'profile_create profile_update profile_delete',
};

function namesOf(status: string, family: string): string[] {
  return BUILT_IN_EVENT_TYPES.filter((row) => row.status === status && row.family === family).map((row) => row.eventType).sort();
}

describe('the registry', () => {
  it.each(Object.entries(DOCUMENTED))('documents %s as the contract does', (family, names) => {
    expect(namesOf('documented', family)).toEqual(names.split(' ').sort());
  });

  it.each(Object.entries(ASSUMED))('assumes %s as the contract proposes', (family, names) => {
    expect(namesOf('assumed', family)).toEqual(names.split(' ').sort());
  });

  it('has nothing else, and no name twice', () => {
    const all = [...Object.values(DOCUMENTED), ...Object.values(ASSUMED)].join(' ').split(' ');
    expect(BUILT_IN_EVENT_TYPES.map((row) => row.eventType).sort()).toEqual(all.sort());
    expect(new Set(all).size).toBe(all.length);
  });

  it('knows which types no export can hold', () => {
    expect(BUILT_IN_EVENT_TYPES.filter((row) => !row.exportable).map((row) => row.eventType)).toEqual(['campaign_launch', 'profile_merge', 'profile_split']);
  });

  it('gives message events of every channel and campaign_launch the four subjects, others only their own', () => {
    const others: Record<string, readonly string[]> = { pixel: ['pixel'], segment_enter: ['segment'], segment_leave: ['segment'] };
    const isMessage = ({ family, eventType }: { family: string; eventType: string }) => (['email', 'sms', 'push', 'messenger'].includes(family) && !/^sub(_|$)/.test(eventType)) || eventType === 'campaign_launch';
    const expected = BUILT_IN_EVENT_TYPES.map((row) => [row.eventType, isMessage(row) ? ['resource', 'mailing', 'template', 'segment'] : /^sub(_|$)/.test(row.eventType) ? ['resource'] : (others[row.eventType] ?? [])]);
    expect(BUILT_IN_EVENT_TYPES.map((row) => [row.eventType, row.subjects])).toEqual(expected);
  });

  it('has a label, a description and a full example for each', () => {
    for (const row of BUILT_IN_EVENT_TYPES) {
      expect(row.label).not.toBe('');
      expect(row.description).not.toBe('');
      expect(JSON.parse(row.sample)).toMatchObject({ event_type: row.eventType, is_test: true, event_data: expect.any(Object) });
    }
  });

  it('finds rows by their exact name', () => {
    expect(builtInEventType('click')?.label).toBe('Click');
    expect([builtInEventType('Click'), builtInEventType('toString'), builtInEventType('')]).toEqual([undefined, undefined, undefined]);
  });
});
