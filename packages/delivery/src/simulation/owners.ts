// Account owners and operators: they make hooks, change them, switch them off and on, edit profiles, send dead letters again.
import type { HookRequest, HookSelection } from '@hookline/core';
import type { Hook, HookChanges } from '@hookline/store';
import type { Dice } from './dice.ts';
import { ACCOUNTS, drawSelection, type Kind, PROFILES, requestFor, targetOf, wholeSelection } from './events.ts';
import { destinationAt } from './sim-transports.ts';
import type { SimProcess } from './sim-process.ts';
import type { World } from './world.ts';

/** Nobody changes it and its destination is never in trouble. */
export const STEADY_HOOK = 'hok_steady';

export class Owners {
  readonly #world: World;
  readonly #dice: Dice;
  #versions = 0;
  #hooks = 0;

  constructor(world: World, dice: Dice) {
    this.#world = world;
    this.#dice = dice;
  }

  async makeHooks(): Promise<void> {
    const process = this.#world.process as SimProcess;
    this.#create(process, STEADY_HOOK, 1, wholeSelection(this.#tag(STEADY_HOOK)), requestFor('http', 'steady', 50, this.#dice.pick([0, 1, 5])), true);
    for (let i = 1; i < this.#world.swarm.hooks; i++) this.#createSome(process);
    await this.#world.time.run(5_000);
  }

  #tag(hookId: string, selection?: HookSelection): string {
    const tag = `v${++this.#versions}`;
    this.#world.ledger.selections.set(tag, { hookId, selection: selection ?? wholeSelection(tag) });
    return tag;
  }
  #selection(hookId: string): HookSelection {
    const tag = this.#tag(hookId);
    const selection = drawSelection(this.#dice, tag);
    this.#world.ledger.selections.set(tag, { hookId, selection });
    return selection;
  }
  #request(kind: Kind): HookRequest {
    const dice = this.#dice;
    const target = dice.chance(0.15) ? `steady-${kind}` : `${kind}-${dice.whole(1, 3)}`;
    destinationAt(this.#world, target, kind);
    return requestFor(kind, target, dice.pick([1, 2, 10, 50]), dice.pick([0, 0, 1, 5]));
  }

  #create(process: SimProcess, id: string, accountId: number, selection: HookSelection, request: HookRequest, active: boolean): void {
    this.#world.sightings.see('hook made');
    destinationAt(this.#world, targetOf(request), request.type === 'http' ? 'http' : 'broker');
    this.#try(process.changes?.create({ id, accountId, name: id, active, selection, request }));
  }
  #createSome(process: SimProcess): void {
    const id = `hok_${++this.#hooks}`;
    this.#create(process, id, this.#dice.pick(ACCOUNTS), this.#selection(id), this.#request(this.#dice.pick(['http', 'http', 'broker'])), this.#dice.chance(0.8));
  }

  #try(change: Promise<unknown> | undefined): void {
    change?.catch((error: unknown) => this.#world.note('change failed', String(error)));
  }

  #pickHook(): Hook | null {
    const hooks = [...this.#world.control.hooks.values()].filter((hook) => hook.deletedAt === null && hook.id !== STEADY_HOOK);
    return hooks.length > 0 ? this.#dice.pick(hooks) : null;
  }

  /** One change, or some in quick succession. */
  changeSomeHook(process: SimProcess): void {
    const hook = this.#pickHook();
    if (!hook) return;
    do this.#change(process, hook);
    while (this.#dice.chance(0.3));
  }

  #change(process: SimProcess, hook: Hook): void {
    const { sightings, swarm, time } = this.#world;
    const dice = this.#dice;
    const changes = process.changes as HookChanges;
    const draft = { id: hook.id, accountId: hook.accountId, name: hook.name, active: hook.active, selection: hook.selection, request: hook.request };
    const kind: Kind = hook.request.type === 'http' ? 'http' : 'broker';
    const what = dice.weighted({ selection: 4, destination: 3, type: 2, deactivate: 3, activate: 4, delete: 0.4, create: this.#hooks < swarm.hooks + 2 ? 0.6 : 0 });
    switch (what) {
      case 'selection':
        sightings.see('selection changed');
        return this.#try(changes.update(hook, { ...draft, selection: this.#selection(hook.id) }, null));
      case 'destination':
        sightings.see('destination changed');
        return this.#try(changes.update(hook, { ...draft, request: this.#request(kind) }, null));
      case 'type':
        return this.#try(
          changes.update(hook, { ...draft, request: this.#request(kind === 'http' ? 'broker' : 'http') }, null).then((result) => sightings.see(result === 'open_deliveries' ? 'type change refused' : 'type changed')),
        );
      case 'deactivate':
        sightings.see('deactivated');
        return this.#try(changes.deactivate(hook));
      case 'activate': {
        const from = dice.weighted({ now: 2, stopped: 3, time: 2 });
        sightings.see(from === 'now' ? 'activated now' : from === 'stopped' ? 'activated where it stopped' : 'activated from a time');
        this.#try(changes.activate(hook, from === 'time' ? this.#world.wall.now() - Math.floor(dice.next() * time.now) : from));
        // Somebody has not meant it.
        if (from === 'time' && dice.chance(0.3)) this.#try(changes.deactivate(hook));
        return;
      }
      case 'delete':
        sightings.see('deleted');
        return this.#try(changes.delete(hook));
      case 'create':
        return this.#createSome(process);
    }
  }

  /** Everybody who is not deleted is switched on, whatever became of the changes before. */
  async activateAll(process: SimProcess): Promise<void> {
    const { control, time } = this.#world;
    for (const hook of control.hooks.values()) {
      if (hook.deletedAt !== null || hook.active) continue;
      this.#try(process.changes?.activate(hook, this.#dice.pick(['now', 'stopped'])));
    }
    await time.run(30_000);
  }

  changeSomeProfile(process: SimProcess): void {
    const { sightings, ledger } = this.#world;
    const dice = this.#dice;
    const accountId = dice.pick(ACCOUNTS);
    const key = `${dice.whole(1, 2)}/${dice.pick(PROFILES)}`;
    if (dice.chance(0.4)) {
      sightings.see('profile deleted');
      return this.#try(process.control.deleteProfile(accountId, key));
    }
    sightings.see('profile put');
    const name = JSON.stringify(`name ${dice.whole(1, 1_000)}`);
    const names = ledger.names.get(`${accountId}:${key}`) ?? new Set();
    ledger.names.set(`${accountId}:${key}`, names.add(name));
    this.#try(process.control.putProfile(accountId, key, `{"name":${name}}`));
  }

  redriveSome(process: SimProcess): void {
    const hook = this.#pickHook();
    if (!hook) return;
    const all = this.#dice.chance(0.3);
    const redrive = async (): Promise<void> => {
      const { data } = await this.#world.log.deadLetters(hook.id, { limit: 100, after: null });
      const some = data.filter(() => this.#dice.chance(0.5)).map((row) => ({ shard: 0, row: row.id }));
      // Some people click twice.
      await Promise.all((this.#dice.chance(0.3) ? [1, 2] : [1]).map(() => process.relay?.redrive(hook.id, all ? 'all' : some)));
    };
    this.#try(this.#world.pacing.redriving(hook.id, redrive));
  }
}
