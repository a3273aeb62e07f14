// Control data and log that were put back from copies are not of the same moment. What the control data says of a hook holds; a log that does not know it yet, or knows
// a later change that was lost, gets one more record. Where both agree, and they do after every other start, nothing is written.
import type { ControlRecord, ControlRow } from '@hookline/core';
import type { ControlStore, Hook } from './control/control-store.ts';
import type { EventLog } from './log/event-log.ts';
import type { LaneStore } from './log/lane-store.ts';

/** Before anything reads the log, and after pending changes have been finished. How many records it took. */
export async function reconcileHooks({ control, logs, now }: { readonly control: Pick<ControlStore, 'hooks'>; readonly logs: readonly (EventLog & LaneStore)[]; readonly now: () => number }): Promise<number> {
  let appended = 0;
  for (const log of logs) {
    const last = new Map((await log.controls()).map((row) => [row.record.hookId, row]));
    for (const hook of await control.hooks.all()) {
      const known = last.get(hook.id)?.record;
      last.delete(hook.id);
      if (hook.pending.length > 0 || (known?.change ?? 0) === hook.change) continue;
      const action = missingAction(hook, known);
      const change = Math.max(hook.change, (known?.change ?? 0) + 1);
      if (change > hook.change) await control.hooks.update(hook.accountId, hook.id, { change }, { nowMs: now(), bumpVersion: false });
      if (action === null) continue;
      await log.appendControl({ hookId: hook.id, accountId: hook.accountId, change, action, ...((action === 'version' || action === 'activated') && { selection: hook.selection }) });
      appended++;
    }
    appended += await deleteUnknown(log, [...last.values()]);
  }
  return appended;
}

const isOn = (record: ControlRecord | undefined): boolean => record?.action === 'activated' || record?.action === 'version';

function missingAction(hook: Hook, known: ControlRecord | undefined): ControlRecord['action'] | null {
  if (hook.deletedAt !== null) return known !== undefined && known.action !== 'deleted' ? 'deleted' : null;
  if (hook.active) return isOn(known) ? 'version' : 'activated';
  return isOn(known) ? 'deactivated' : null;
}

/** Hooks that were made after the copy of the control data: nobody can read or change them any more. */
async function deleteUnknown(log: EventLog, rows: readonly ControlRow[]): Promise<number> {
  const gone = rows.filter(({ record }) => record.action !== 'deleted');
  for (const { record } of gone) await log.appendControl({ hookId: record.hookId, accountId: record.accountId, change: record.change + 1, action: 'deleted' });
  return gone.length;
}
