import { beforeEach, describe, expect, it } from 'vitest';
import type { Counts } from '../src/ledger/counts.ts';
import { Ledger } from '../src/ledger/ledger.ts';
import { EVENT_TYPES } from '../src/model/event-types.ts';
import type { HookConfig } from '../src/model/hook-config.ts';
import type { OracleEvent } from '../src/model/make-event.ts';
import { sampleMessage } from './sample-message.ts';

const ALL: HookConfig = { name: 'all', database_id: null, events: EVENT_TYPES, request: { type: 'http' } };
const NOTHING_ELSE: Partial<Counts> = { lost: 0, duplicates: 0, unexpected: 0, corrupt: 0, misrouted: 0, dupNonidentical: 0, twoIds: 0, unreadable: 0 };

let ledger: Ledger;
beforeEach(() => {
  ledger = new Ledger({ seed: 9 });
  ledger.changing('all', ALL)();
});

const accepted = (): OracleEvent => {
  const event = ledger.take();
  ledger.sending(event);
  ledger.acked(event);
  return event;
};
const arrives = (event: OracleEvent, { text = sampleMessage(event), deliveryId = 'dlv_1', taken = true } = {}): void => ledger.arrived('all', { text, deliveryId, taken, problems: [] });

describe('the ledger counts', () => {
  it('nothing wrong when each accepted event came once', () => {
    arrives(accepted());
    expect(ledger.counts()).toMatchObject({ ...NOTHING_ELSE, acked: 1, owed: 1, delivered: 1 });
  });

  it('as lost what is owed and did not come, or came and was not taken', () => {
    accepted();
    arrives(accepted(), { taken: false });
    expect(ledger.counts()).toMatchObject({ owed: 2, delivered: 0, lost: 2 });
  });

  it('as dead what the dead letters hold, and as a false failure what came all the same', () => {
    const [dead, both] = [accepted(), accepted()];
    arrives(both);
    expect(ledger.counts(new Map([['all', new Set([dead.number, both.number])]]))).toMatchObject({ lost: 0, dead: 1, delivered: 1, falseFailure: 1 });
  });

  it('copies, copies under another id, and copies with other bytes', () => {
    const event = accepted();
    arrives(event);
    arrives(event);
    expect(ledger.counts()).toMatchObject({ ...NOTHING_ELSE, duplicates: 1 });
    arrives(event, { deliveryId: 'dlv_2' });
    expect(ledger.counts()).toMatchObject({ duplicates: 2, twoIds: 1, dupNonidentical: 0 });
    arrives(event, { text: sampleMessage(event).replace('{', '{ ') });
    expect(ledger.counts()).toMatchObject({ duplicates: 3, dupNonidentical: 1 });
  });

  it('one delivery id with two bodies, or twice with one attempt number', () => {
    ledger.requested('all', 'dlv_1', '1', '[1]');
    ledger.requested('all', 'dlv_1', '2', '[1]');
    expect(ledger.counts()).toMatchObject({ dupNonidentical: 0, attemptTwice: 0 });
    ledger.requested('all', 'dlv_1', '2', '[1]');
    ledger.requested('all', 'dlv_1', '3', '[1,2]');
    expect(ledger.counts()).toMatchObject({ dupNonidentical: 1, attemptTwice: 1 });
  });

  it('what was never sent, what was refused, and what is no message', () => {
    arrives(ledger.event(5));
    const refused = ledger.take();
    ledger.sending(refused);
    ledger.refused(refused);
    arrives(refused);
    arrives(refused, { text: '{}' });
    expect(ledger.counts()).toMatchObject({ unexpected: 2, unreadable: 1, refused: 1, owed: 0 });
  });

  it('what was never answered and came all the same', () => {
    const event = ledger.take();
    ledger.sending(event);
    expect(ledger.counts()).toMatchObject({ unknown: 1, owed: 0, lost: 0 });
    arrives(event);
    expect(ledger.counts()).toMatchObject({ ...NOTHING_ELSE, unknown: 1, recovered: 1 });
  });

  it('another message than the contract has', () => {
    const event = accepted();
    arrives(event, { text: sampleMessage(event, { list_id: 1 }) });
    expect(ledger.counts()).toMatchObject({ corrupt: 1, delivered: 1 });
    expect(ledger.examples()).toEqual([expect.stringContaining('list_id')]);
  });
});

describe('changes of a hook', () => {
  it('leave an event with the version that was current when it was accepted', () => {
    const before = accepted();
    ledger.changing('all', null)();
    const after = accepted();
    arrives(before);
    arrives(after);
    expect(ledger.counts()).toMatchObject({ owed: 1, delivered: 1, misrouted: 1 });
  });

  it('leave open what happens while they are made', () => {
    const overlapping = ledger.take();
    ledger.sending(overlapping);
    const answered = ledger.changing('all', null);
    ledger.acked(overlapping);
    const meanwhile = accepted();
    answered();
    expect(ledger.owed(ledger.book('all'))).toEqual({ least: 0, most: 2 });
    arrives(overlapping);
    arrives(meanwhile);
    expect(ledger.counts()).toMatchObject({ ...NOTHING_ELSE, owed: 0 });
  });

  it('make up for a stop when the hook goes on from there', () => {
    ledger.changing('all', null)();
    accepted();
    expect(ledger.counts()).toMatchObject({ owed: 0 });
    ledger.activatingFromStopped('all', ALL)();
    expect(ledger.counts()).toMatchObject({ owed: 1, lost: 1 });
  });

  it('cancel what a deleted hook did not get', () => {
    accepted();
    ledger.changing('all', null)();
    ledger.book('all').deleted = true;
    expect(ledger.counts()).toMatchObject({ owed: 1, lost: 0, cancelled: 1 });
  });
});
