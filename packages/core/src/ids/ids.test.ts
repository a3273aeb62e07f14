import { describe, expect, it } from 'vitest';
import { createIds } from './ids.ts';
import type { MessageIdInput, UnitIdInput, UuidInput } from './ids.ts';
import { newId } from './new-id.ts';
import { parseServerEventId, serverEventId } from './server-event-id.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const ids = createIds(KEY);
const UNIT: UnitIdInput = { hookId: 'hok_1', round: 0, exportId: null, redrive: 0, shard: 0, positions: [5, 6, 9], revision: 0 };
const MESSAGE: MessageIdInput = { accountId: 1, eventId: 'e-1', hookId: 'hok_1', round: 0, exportId: null };
const UUID: UuidInput = { accountId: 1, eventId: 'e-1', hookId: 'hok_1', place: '1:id' };

describe('ids of deliveries and messages', () => {
  it('are the same for ever: destinations drop duplicates by them', () => {
    expect(ids.unitId(UNIT)).toBe('dlv_92204a3b23a5f042552bf5d090536f6b');
    expect(ids.unitId({ ...UNIT, exportId: 'exp_1', positions: [] })).toBe('dlv_eee91c5158a7a2cc7e48e62c935b4842');
    expect(ids.messageId(MESSAGE)).toBe('msg_0d62bc8f9b963ed06b7b484a10e9a2dc');
    expect(ids.uuid(UUID)).toBe('92ab1033-9dd0-4dda-a5d1-8f5d33e6ae31');
    expect(ids.uuid({ ...UUID, place: '1:ключ 🚀' })).toBe('8d523ed8-82bc-4aa3-9780-831531795470');
  });

  it('depend on every part of what they name', () => {
    const units: UnitIdInput[] = [
      UNIT, { ...UNIT, hookId: 'hok_2' }, { ...UNIT, round: 1 }, { ...UNIT, exportId: '' }, { ...UNIT, exportId: 'exp_1' }, { ...UNIT, redrive: 1 }, { ...UNIT, shard: 1 },
      { ...UNIT, revision: 1 }, { ...UNIT, positions: [5, 6] }, { ...UNIT, positions: [5, 6, 8] }, { ...UNIT, positions: [5, 6, 9, 10] }, { ...UNIT, positions: [5, 69] },
    ];
    const messages: MessageIdInput[] = [
      MESSAGE, { ...MESSAGE, accountId: 2 }, { ...MESSAGE, eventId: 'e-2' }, { ...MESSAGE, hookId: 'hok_2' }, { ...MESSAGE, round: 1 }, { ...MESSAGE, exportId: 'exp_1' },
    ];
    const uuids: UuidInput[] = [UUID, { ...UUID, accountId: 2 }, { ...UUID, eventId: 'e-2' }, { ...UUID, hookId: 'hok_2' }, { ...UUID, place: '2:id' }, { ...UUID, place: '1:id2' }];
    expect(new Set(units.map(ids.unitId)).size).toBe(units.length);
    expect(new Set(messages.map(ids.messageId)).size).toBe(messages.length);
    expect(new Set(uuids.map(ids.uuid)).size).toBe(uuids.length);
  });

  it('do not run neighbouring parts into each other', () => {
    expect(ids.messageId({ ...MESSAGE, eventId: 'a', hookId: '1:b' })).not.toBe(ids.messageId({ ...MESSAGE, eventId: 'a1:b', hookId: '' }));
    expect(ids.messageId({ ...MESSAGE, eventId: 'e3:x', hookId: 'y' })).not.toBe(ids.messageId({ ...MESSAGE, eventId: 'e', hookId: '3:xy' }));
    expect(ids.unitId({ ...UNIT, round: 1, redrive: 11 })).not.toBe(ids.unitId({ ...UNIT, round: 11, redrive: 1 }));
  });

  it('depend on the key, which has 32 bytes', () => {
    expect(createIds(new Uint8Array(32)).unitId(UNIT)).not.toBe(ids.unitId(UNIT));
    for (const length of [0, 31, 33]) expect(() => createIds(new Uint8Array(length))).toThrow(expect.objectContaining({ code: 'key_invalid' }));
  });

  it('take a unit of a thousand events, and texts longer than any before', () => {
    const positions = Array.from({ length: 1000 }, (_, index) => 2 ** 50 + index * 3);
    expect(ids.unitId({ ...UNIT, positions })).toMatch(/^dlv_[0-9a-f]{32}$/);
    expect(ids.unitId({ ...UNIT, positions: positions.with(999, 2 ** 50 + 5000) })).not.toBe(ids.unitId({ ...UNIT, positions }));
    expect(ids.messageId({ ...MESSAGE, eventId: 'é'.repeat(100_000) })).toMatch(/^msg_[0-9a-f]{32}$/);
  });

  it('are shaped as promised', () => {
    const uuids = Array.from({ length: 1000 }, (_, index) => ids.uuid({ ...UUID, eventId: `e-${index}` }));
    for (const uuid of uuids) expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(uuids).size).toBe(1000);
    expect(newId('hok', Uint8Array.from({ length: 16 }, (_, index) => index * 17))).toBe('hok_00112233445566778899aabbccddeeff');
    expect(() => newId('hok', new Uint8Array(15))).toThrow(expect.objectContaining({ code: 'invariant_broken' }));
  });
});

describe('ids of events that came without one', () => {
  it.each([
    ['log1', 0, 1], ['a-b_c', 17, 4096], ['x'.repeat(64), 99_999, Number.MAX_SAFE_INTEGER],
  ])('name the place and are read back: %s %i %i', (logId, shard, position) => {
    const id = serverEventId(logId, shard, position);
    expect(id).toMatch(/^[A-Za-z0-9_.:-]{1,128}$/);
    expect(parseServerEventId(id)).toEqual({ logId, shard, position });
  });

  it.each([
    '', 'evt_', 'order-1', 'evt_log1.0', 'evt_log1.0.0', 'evt_log1.00.1', 'evt_log1.0.01', 'evt_log1.0.9007199254740993', 'evt_log1.0.1\n', 'evt_a.b.0.1', 'Evt_log1.0.1', 'evt_log1.0.-1', 'evt_log1.0.1e3',
  ])('anything else is not one: %j', (id) => {
    expect(parseServerEventId(id)).toBeNull();
  });

  it('refuse a log id that could not be read back', () => {
    for (const logId of ['', 'a.b', 'a b', 'x'.repeat(65)]) expect(() => serverEventId(logId, 0, 1)).toThrow(expect.objectContaining({ code: 'invariant_broken' }));
  });
});
