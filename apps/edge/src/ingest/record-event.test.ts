import { draftPixelEvent } from '@hookline/core';
import type { EventLog } from '@hookline/store';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EDGE_LIMITS } from '../limits.ts';
import { appendDraft } from './record-event.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const draft = draftPixelEvent({
  accountId: 1, databaseId: 12, pixelId: 7, date: '2026-01-25T15:04:05Z', dateMs: Date.UTC(2026, 0, 25), isTest: false, profileId: null, hashes: null, profile: null, subscription: null,
  goals: [], value: null, pixelData: null, url: null, referer: null, ip: null, place: null, agent: null, utm: {}, sendMessageId: null, callerId: null,
});

it('does not wait for ever for a log that says nothing, which would keep the caller waiting', async () => {
  const silent = { append: () => new Promise<never>(() => {}) } as unknown as EventLog;
  const outcome = appendDraft({ logs: [silent] }, draft).catch((error: { readonly code: string }) => error.code);
  await vi.advanceTimersByTimeAsync(EDGE_LIMITS.appendTimeoutMs - 1);
  expect(await Promise.race([outcome, 'waits'])).toBe('waits');
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcome).toBe('store_unavailable');
  expect(vi.getTimerCount()).toBe(0);
});
