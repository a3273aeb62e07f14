import type { AccountRetention, EventsKept } from '@hookline/store';

const DAY_MS = 86_400_000;

/** What is kept of events: as the process is set, and of accounts that have it otherwise. */
export function logRetention(settings: { readonly retentionDays: number; readonly retentionBytes: number }, accounts: ReadonlyMap<number, AccountRetention>): EventsKept & { readonly ofAccount: ReadonlyMap<number, EventsKept> } {
  const kept = ({ retentionDays, retentionBytes }: typeof settings): EventsKept => ({ eventsMs: retentionDays === 0 ? null : retentionDays * DAY_MS, eventBytesMax: retentionBytes === 0 ? null : retentionBytes });
  const ofAccount = [...accounts].map(([id, own]) => [id, kept({ retentionDays: own.retentionDays ?? settings.retentionDays, retentionBytes: own.retentionBytes ?? settings.retentionBytes })] as const);
  return { ...kept(settings), ofAccount: new Map(ofAccount) };
}
