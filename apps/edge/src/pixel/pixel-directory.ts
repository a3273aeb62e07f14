import { HooklineError, isHooklineError } from '@hookline/core';
import type { ControlStore, Pixel } from '@hookline/store';
import { LRUCache } from 'lru-cache';

// Pixels by their sid, and the keys of their accounts' links. What was seen once is remembered here, and counts only while the store cannot be asked: a click has to
// be redirected then too.

const PIXELS_KEPT = 20_000;
const ACCOUNTS_KEPT = 10_000;
/** Read at the start, the last changed ones first. */
const PIXELS_PRELOADED = 10_000;
const SID = /^[A-Za-z0-9_-]{16,64}$/;
/** A store that does not say no but says nothing is not waited for longer than this by somebody on the way to another page. */
const PATIENCE_MS = 500;

export interface PixelDirectory {
  /** null = nobody's, switched off or deleted: nobody outside can tell these apart. Rejects (`store_unavailable`) where neither the store nor memory knows. */
  find(sid: string): Promise<Pixel | null>;
  /** The same at once, where memory is as good as the store; undefined = it has to be found. */
  known(sid: string): Pixel | null | undefined;
  /** Newest first. Rejects as `find` does. */
  linkKeys(accountId: number): Promise<readonly Uint8Array[]>;
  /** A pixel as it was just written by this process; deleted ones are forgotten by their sid. */
  remember(pixel: Pixel): void;
  forget(sid: string): void;
  /** Remembers pixels and keys, so that the first click after a start needs no store. */
  preload(): Promise<void>;
}

export function createPixelDirectory(control: Pick<ControlStore, 'pixels' | 'keys'>, after: (delayMs: number, callback: () => void) => () => void): PixelDirectory {
  const pixels = new LRUCache<string, Pixel>({ max: PIXELS_KEPT });
  const keys = new LRUCache<number, readonly Uint8Array[]>({ max: ACCOUNTS_KEPT });

  /** Asks the store; where it is away or silent, memory answers. */
  async function askOr<T>(ask: Promise<T>, remembered: () => T | undefined): Promise<T> {
    let cancel = (): void => {};
    const silence = new Promise<never>((_, reject) => {
      cancel = after(PATIENCE_MS, () => reject(new HooklineError('store_unavailable', 'the control data does not answer')));
    });
    try {
      return await Promise.race([ask, silence]);
    } catch (error: unknown) {
      const known = isHooklineError(error) ? remembered() : undefined;
      if (known === undefined) throw error;
      return known;
    } finally {
      cancel();
    }
  }

  return {
    async find(sid) {
      if (!SID.test(sid)) return null;
      const pixel = await askOr(control.pixels.bySid(sid), () => pixels.get(sid));
      if (pixel === null) pixels.delete(sid);
      else if (pixels.get(sid) !== pixel) pixels.set(sid, pixel);
      return pixel?.active === true ? pixel : null;
    },
    known(sid) {
      const pixel = control.pixels.knownBySid(sid);
      return pixel === undefined || pixel?.active === true ? pixel : null;
    },
    async linkKeys(accountId) {
      const found = await askOr(control.keys.linkKeys(accountId), () => keys.get(accountId));
      if (keys.get(accountId) !== found) keys.set(accountId, found);
      return found;
    },
    remember: (pixel) => void pixels.set(pixel.sid, pixel),
    forget: (sid) => void pixels.delete(sid),
    async preload() {
      const recent = await control.pixels.recent(PIXELS_PRELOADED);
      for (const pixel of recent.toReversed()) pixels.set(pixel.sid, pixel);
      for (const [accountId, made] of await control.keys.madeLinkKeys(ACCOUNTS_KEPT)) keys.set(accountId, made);
    },
  };
}
