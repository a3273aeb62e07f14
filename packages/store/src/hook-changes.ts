// A change of a hook goes the same way every time: kept as pending in the control data, appended as a control record to every shard, then taken off the pending list.
// A crash in between leaves it pending, and `finishPending` at the next start appends it again: readers ignore a change they have applied.
import { type ControlRecord, type HookRequest, type HookSelection, hookToWire, isHooklineError, isSameSelection, type Problem, secretsOf, type WritableHook } from '@hookline/core';
import type { Actor, AuditInput, ControlStore, Hook, HookPatch, PendingChange } from './control/control-store.ts';
import type { EventLog } from './log/event-log.ts';
import type { LaneStore } from './log/lane-store.ts';

export interface HookChangeOptions {
  readonly control: Pick<ControlStore, 'hooks'>;
  readonly logs: readonly (EventLog & LaneStore)[];
  readonly now: () => number;
  /** Events of this hook that are in units or cut for one. */
  readonly openEvents: (hookId: string) => Promise<number>;
}

export interface HookDraft {
  readonly id: string;
  readonly accountId: number;
  readonly name: string;
  readonly active: boolean;
  readonly selection: HookSelection;
  readonly request: HookRequest;
}

const UNREACHABLE: ReadonlySet<string> = new Set(['store_unavailable', 'overloaded', 'storage_full', 'config_invalid']);

/** Where nobody is named the product itself changed something: after a 410, or to put its demo right. */
const OURSELVES: Actor = { tokenId: null, userId: null };

export class HookChanges {
  readonly #options: HookChangeOptions;
  /** Changes of one hook, one after the other. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Of changes that some shard has not taken: those that have, as `<hook>/<change>/<shard>`. */
  readonly #appended = new Set<string>();
  constructor(options: HookChangeOptions) {
    this.#options = options;
  }

  #inTurn<T>(hookId: string, change: () => Promise<T>): Promise<T> {
    const mine = (this.#turns.get(hookId) ?? Promise.resolve()).then(change, change);
    const settled = mine.catch(() => undefined).then(() => {
      if (this.#turns.get(hookId) === settled) this.#turns.delete(hookId);
    });
    this.#turns.set(hookId, settled);
    return mine;
  }

  create(draft: HookDraft, actor: Actor = OURSELVES): Promise<Hook> {
    const { control, now } = this.#options;
    return this.#inTurn(draft.id, async () => {
      const pending: PendingChange[] = draft.active ? [{ change: 1, action: 'activated', from: 'now' }] : [];
      const hook = await control.hooks.create({ ...draft, stoppedReason: null, change: pending.length, pending, deletedAt: null }, now(), this.#audit(actor, 'create', draft, null, draft));
      return this.#apply(hook);
    });
  }

  update(hook: Hook, draft: HookDraft, expectedVersion: number | null, actor: Actor = OURSELVES): Promise<Hook | 'version_conflict' | 'not_found' | 'open_deliveries'> {
    return this.#inTurn(hook.id, async () => {
      const current = await this.#options.control.hooks.get(hook.accountId, hook.id);
      if (!current) return 'not_found';
      if (expectedVersion !== null && current.version !== expectedVersion) return 'version_conflict';
      if (draft.request.type !== current.request.type && (await this.#options.openEvents(hook.id)) > 0) return 'open_deliveries';
      const actions: PendingChange['action'][] = [];
      // An inactive hook needs no record of a new selection: its next activation carries it.
      if (current.active && draft.active && !isSameSelection(current.selection, draft.selection)) actions.push('version');
      if (current.active !== draft.active) actions.push(draft.active ? 'activated' : 'deactivated');
      return this.#change(current, actions, 'now', { name: draft.name, active: draft.active, selection: draft.selection, request: draft.request, ...(draft.active && { stoppedReason: null }) }, { expectedVersion: current.version, audit: this.#audit(actor, 'update', current, current, draft, changedSecrets(current.request, draft.request)) });
    });
  }

  /** Warns when events will come again. */
  activate(hook: Hook, from: 'now' | 'stopped' | number, actor: Actor = OURSELVES): Promise<{ readonly hook: Hook; readonly warnings: readonly Problem[] }> {
    return this.#inTurn(hook.id, async () => {
      const current = (await this.#options.control.hooks.get(hook.accountId, hook.id)) ?? hook;
      if (current.active && typeof from !== 'number') return { hook: current, warnings: [] };
      const warnings = typeof from === 'number' && (await this.#comesAgain(current, from)) ? [COMES_AGAIN] : [];
      const audit = this.#audit(actor, 'activate', current, current, { ...current, active: true }, { from: typeof from === 'number' ? new Date(from).toISOString() : from });
      const changed = await this.#change(current, ['activated'], from, { active: true, stoppedReason: null }, { audit });
      return { hook: typeof changed === 'string' ? current : changed, warnings };
    });
  }

  async #comesAgain(hook: Hook, from: number): Promise<boolean> {
    for (const log of this.#options.logs) {
      const lane = (await log.snapshot([hook.id])).get(hook.id);
      if (!lane) continue;
      const assigned = lane.behind ? lane.assigned : Math.max(lane.assigned, await log.scanned(hook.accountId));
      if ((await log.positionAt(from)) <= assigned && lane.matched > 0) return true;
    }
    return false;
  }

  deactivate(hook: Hook, reason: string | null = null, actor: Actor = OURSELVES): Promise<Hook> {
    return this.#inTurn(hook.id, async () => {
      const current = (await this.#options.control.hooks.get(hook.accountId, hook.id)) ?? hook;
      if (!current.active || current.deletedAt !== null) return current;
      const audit = this.#audit(actor, 'deactivate', current, current, { ...current, active: false }, reason === null ? {} : { stopped_reason: reason });
      const changed = await this.#change(current, ['deactivated'], 'now', { active: false, stoppedReason: reason }, { audit });
      return typeof changed === 'string' ? current : changed;
    });
  }

  delete(hook: Hook, actor: Actor = OURSELVES): Promise<void> {
    return this.#inTurn(hook.id, async () => {
      const current = await this.#options.control.hooks.get(hook.accountId, hook.id);
      if (current) await this.#change(current, ['deleted'], 'now', { active: false, deletedAt: this.#options.now() }, { audit: this.#audit(actor, 'delete', current, current, null) });
    });
  }

  /** What a crash has left between the control data and the log. */
  async finishPending(): Promise<void> {
    const { hooks } = this.#options.control;
    for (const { id, pending } of await hooks.all()) {
      if (pending.length === 0) continue;
      await this.#inTurn(id, async () => {
        // While it waited for its turn the hook may have got other changes: what is taken off the list must be what was appended. Deleted ones are not found by `get`.
        const hook = (await hooks.all()).find((current) => current.id === id);
        if (hook) await this.#apply(hook);
      });
    }
  }

  async #change(hook: Hook, actions: readonly PendingChange['action'][], from: 'now' | 'stopped' | number, patch: HookPatch, { expectedVersion, audit }: { readonly expectedVersion?: number; readonly audit: AuditInput }): Promise<Hook | 'version_conflict' | 'not_found'> {
    const pending: PendingChange[] = actions.map((action, i) => ({ change: hook.change + 1 + i, action, ...(action === 'activated' && { from }) }));
    const changed = await this.#options.control.hooks.update(hook.accountId, hook.id, { ...patch, change: hook.change + pending.length, pending: [...hook.pending, ...pending] }, { nowMs: this.#options.now(), audit, ...(expectedVersion !== undefined && { expectedVersion }) });
    return typeof changed === 'string' ? changed : this.#apply(changed);
  }

  /** Goes into the unit that changes the hook. `more` is what the change says besides the object. */
  #audit(actor: Actor, verb: string, { id, accountId }: Pick<Hook, 'id' | 'accountId'>, before: WritableHook | null, after: WritableHook | null, more: object = {}): AuditInput {
    return { at: this.#options.now(), accountId, actor, action: `hook.${verb}`, objectKind: 'hook', objectId: id, before: before && hookToWire(before), after: after && { ...hookToWire(after), ...more } };
  }

  /** A shard that cannot be reached leaves the change pending: it is no failure, and `finishPending` brings it there later. */
  async #apply(hook: Hook): Promise<Hook> {
    if (hook.pending.length === 0) return hook;
    const reached = await Promise.all(this.#options.logs.map((log) => this.#appendPending(log, hook)));
    if (reached.includes(false)) return hook;
    for (const { change } of hook.pending) for (const { shard } of this.#options.logs) this.#appended.delete(`${hook.id}/${change}/${shard}`);
    // Another process may have made the next change meanwhile: it takes all of them off the list.
    const done = await this.#options.control.hooks.update(hook.accountId, hook.id, { pending: [] }, { nowMs: this.#options.now(), expectedVersion: hook.version, bumpVersion: false });
    return typeof done === 'string' ? { ...hook, pending: [] } : done;
  }

  /** In their order: a reader passes over a change that is older than one it has applied. False = the shard cannot be reached. */
  async #appendPending(log: EventLog & LaneStore, hook: Hook): Promise<boolean> {
    for (const pending of hook.pending) {
      const place = `${hook.id}/${pending.change}/${log.shard}`;
      if (this.#appended.has(place)) continue;
      try {
        await log.appendControl(await this.#record(log, hook, pending));
      } catch (error: unknown) {
        if (isHooklineError(error) && UNREACHABLE.has(error.code)) return false;
        throw error;
      }
      this.#appended.add(place);
    }
    return true;
  }

  async #record(log: EventLog & LaneStore, hook: Hook, { change, action, from }: PendingChange): Promise<ControlRecord> {
    const record: ControlRecord = { hookId: hook.id, accountId: hook.accountId, change, action };
    if (action === 'version') return { ...record, selection: hook.selection };
    if (action !== 'activated') return record;
    const start = typeof from === 'number' ? await log.positionAt(from) : from === 'stopped' ? await this.#stoppedAt(log, hook.id) : null;
    return { ...record, selection: hook.selection, ...(start !== null && { from: start }) };
  }

  /** The first position after the hook's last deactivation; null = it never was. */
  async #stoppedAt(log: LaneStore, hookId: string): Promise<number | null> {
    const last = (await log.controls()).findLast((c) => c.record.hookId === hookId && c.record.action === 'deactivated');
    return last ? last.position + 1 : null;
  }
}

/** A secret reads as `{"set": true}` before and after: that it is another one has to be said. */
function changedSecrets(before: HookRequest, after: HookRequest): { readonly secrets_changed?: readonly string[] } {
  const sealed = new Map(secretsOf(before).map(({ field, secret }) => [field, JSON.stringify(secret)]));
  const changed = [...new Set(secretsOf(after).flatMap(({ field, secret }) => (sealed.get(field) === JSON.stringify(secret) ? [] : [field])))];
  return changed.length === 0 ? {} : { secrets_changed: changed };
}

const COMES_AGAIN: Problem = { path: '/from', code: 'events_come_again', message: 'the hook was active after this time: events that were sent then will be sent again, under new delivery ids' };
