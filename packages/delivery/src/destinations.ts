import type { Transport, TransportFactory } from '@hookline/core';
import type { Hook } from '@hookline/store';
import type { Destination } from './lane/lane-deps.ts';

/** The latest destination of every hook, and the transport that is open for it. */
export class Destinations {
  readonly #factory: TransportFactory;
  readonly #byHook = new Map<string, Destination & { readonly text: string; close(): Promise<void> }>();
  constructor(factory: TransportFactory) {
    this.#factory = factory;
  }

  get(hookId: string): Destination | null {
    return this.#byHook.get(hookId) ?? null;
  }

  /** True = it is another one than before. */
  put(hook: Hook): boolean {
    const text = JSON.stringify(hook.request);
    const known = this.#byHook.get(hook.id);
    if (known?.text === text) return false;
    void known?.close();
    let open: Transport | null = null;
    const factory = this.#factory;
    this.#byHook.set(hook.id, {
      request: hook.request,
      text,
      transport() {
        if (open) return open;
        const made = factory.create({ hookId: hook.id, accountId: hook.accountId, request: hook.request });
        if ('send' in made) open = made;
        return made;
      },
      close: async () => open?.close().catch(() => undefined),
    });
    return known !== undefined;
  }

  /** Closes the transports that are open; the factory is its maker's. */
  async close(): Promise<void> {
    await Promise.all([...this.#byHook.values()].map((destination) => destination.close()));
  }
}
