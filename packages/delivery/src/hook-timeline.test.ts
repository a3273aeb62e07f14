import type { ControlRecord, ControlRow, HookSelection } from '@hookline/core';
import { describe, expect, it } from 'vitest';
import { HookTimeline } from './hook-timeline.ts';

const NO_IDS = { unitId: () => '', messageId: () => '', uuid: () => '' };
const selection = (version: string): HookSelection => ({
  databaseId: null, events: ['open'], filters: { resources: [], mailings: [], templates: [], segments: [], pixels: [] }, customData: { fields: [], template: { version } }, includeContent: false, includeEventId: true, subjects: {},
});

/** A hook to which these changes happen, at these positions. */
function timelineOf(...changes: readonly (readonly [position: number, action: ControlRecord['action'], more?: { version?: string; from?: number }])[]): HookTimeline {
  const timeline = new HookTimeline('hok_1', 1, NO_IDS);
  changes.forEach(([position, action, more], i) => timeline.apply(row(position, i + 1, action, more)));
  return timeline;
}
function row(position: number, change: number, action: ControlRecord['action'], more: { version?: string; from?: number } = {}): ControlRow {
  const record: ControlRecord = { hookId: 'hok_1', accountId: 1, change, action, ...(more.version !== undefined && { selection: selection(more.version) }), ...(more.from !== undefined && { from: more.from }) };
  return { kind: 'control', position, time: position, accountId: 1, record };
}
const versionAt = (timeline: HookTimeline, position: number): string | undefined => timeline.at(position)?.selection.customData.template['version'];

describe('HookTimeline', () => {
  it('is active from its activation on', () => {
    const timeline = timelineOf([10, 'activated', { version: 'a' }]);
    expect([9, 11, 1_000].map((position) => versionAt(timeline, position))).toEqual([undefined, 'a', 'a']);
    expect([timeline.active, timeline.openFrom]).toEqual([true, 10]);
  });

  it('matches every position with the version that is valid there, whenever it is asked', () => {
    const timeline = timelineOf([10, 'activated', { version: 'a' }], [20, 'version', { version: 'b' }], [30, 'version', { version: 'c' }]);
    expect([11, 19, 21, 29, 31].map((position) => versionAt(timeline, position))).toEqual(['a', 'a', 'b', 'b', 'c']);
  });

  it('has a gap where it was stopped', () => {
    const timeline = timelineOf([10, 'activated', { version: 'a' }], [20, 'deactivated'], [30, 'activated', { version: 'b' }]);
    expect([15, 25, 35].map((position) => versionAt(timeline, position))).toEqual(['a', undefined, 'b']);
    expect([timeline.nextActive(5), timeline.nextActive(15), timeline.nextActive(20), timeline.nextActive(40)]).toEqual([10, 16, 30, 41]);
  });

  it('fills the gap with the version of now when it goes on where it stopped', () => {
    const timeline = timelineOf([10, 'activated', { version: 'a' }], [20, 'deactivated'], [30, 'activated', { version: 'b', from: 21 }]);
    expect([19, 21, 29, 31].map((position) => versionAt(timeline, position))).toEqual(['a', 'b', 'b', 'b']);
    expect([timeline.openFrom, timeline.nextActive(20)]).toEqual([21, 21]);
  });

  it('matches what an activation reaches back to by the version current then, later ones do not hold there', () => {
    const timeline = timelineOf([10, 'activated', { version: 'a' }], [30, 'activated', { version: 'b', from: 15 }], [40, 'version', { version: 'c' }]);
    expect([12, 15, 29, 35, 41].map((position) => versionAt(timeline, position))).toEqual(['a', 'b', 'b', 'b', 'c']);
  });

  it('begins no later than at its record', () => {
    const timeline = timelineOf([10, 'activated', { version: 'a', from: 99 }]);
    expect([versionAt(timeline, 11), timeline.openFrom]).toEqual(['a', 10]);
  });

  it('ignores a change that it has applied', () => {
    const timeline = timelineOf([10, 'activated', { version: 'a' }], [20, 'deactivated']);
    expect(timeline.apply(row(25, 1, 'activated', { version: 'a' }))).toBe(false);
    expect([timeline.active, timeline.change]).toEqual([false, 2]);
  });

  it('is over once it is deleted', () => {
    const timeline = timelineOf([10, 'activated', { version: 'a' }], [20, 'deleted']);
    expect([timeline.deleted, timeline.active, versionAt(timeline, 15), versionAt(timeline, 21)]).toEqual([true, false, 'a', undefined]);
    expect(timeline.nextActive(20)).toBe(Number.POSITIVE_INFINITY);
  });

  it('renders an open delivery by the version of its position, also where the hook is not active any more', () => {
    const timeline = timelineOf([10, 'activated', { version: 'a' }], [20, 'version', { version: 'b' }], [30, 'deactivated']);
    expect([15, 25, 35, 5].map((position) => timeline.forOpenUnit(position)?.selection.customData.template['version'])).toEqual(['a', 'b', 'b', 'a']);
  });

  it('keeps a version that cannot be compiled away from other hooks: its events cannot be rendered, with the reason', () => {
    const timeline = timelineOf([10, 'activated', { version: '{{nonsense}}' }]);
    expect(timeline.at(11)?.message.render({} as never, {} as never)).toMatchObject({ kind: 'failed', code: 'render_failed' });
  });
});
