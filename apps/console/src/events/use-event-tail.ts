import type { ApiTypes } from '@hookline/edge';
import { useEffect, useRef, useState } from 'react';

type LoggedEvent = ApiTypes['loggedEvent'];

/** The newest are kept: more than that nobody looks through. */
const ROWS_MAX = 200;
/** Many events in one moment are shown at once. */
const SHOW_MS = 250;

export interface EventTail {
  /** Newest first. */
  readonly rows: readonly LoggedEvent[];
  /** Came since it was paused. */
  readonly held: number;
  /** Places of the log that were left out, because more came than can be followed. */
  readonly skipped: number;
  readonly isOpen: boolean;
}

const NOTHING: EventTail = { rows: [], held: 0, skipped: 0, isOpen: false };

/** Events as they are accepted; `fields` null = nobody follows. What comes while it is paused is held back. */
export function useEventTail(fields: string | null, isPaused: boolean): EventTail {
  const [tail, setTail] = useState<EventTail>(NOTHING);
  const paused = useRef(isPaused);
  const held = useRef<LoggedEvent[]>([]);
  paused.current = isPaused;
  useEffect(() => {
    held.current = [];
    setTail(NOTHING);
    if (fields === null) return;
    let skipped = 0;
    let isOpen = false;
    const source = new EventSource(`/v1/event-stream${fields === '' ? '' : `?${fields}`}`);
    source.addEventListener('open', () => { isOpen = true; });
    source.onerror = () => { isOpen = false; };
    source.addEventListener('skipped', ({ data }: MessageEvent<string>) => { skipped += (JSON.parse(data) as { readonly skipped: number }).skipped; });
    source.onmessage = ({ data }: MessageEvent<string>) => { held.current = [JSON.parse(data) as LoggedEvent, ...held.current].slice(0, ROWS_MAX); };
    const timer = setInterval(() => {
      const shown = paused.current ? [] : held.current.splice(0);
      setTail((before) => {
        if (shown.length === 0 && before.held === held.current.length && before.skipped === skipped && before.isOpen === isOpen) return before;
        return { rows: shown.length === 0 ? before.rows : [...shown, ...before.rows].slice(0, ROWS_MAX), held: held.current.length, skipped, isOpen };
      });
    }, SHOW_MS);
    return () => {
      clearInterval(timer);
      source.close();
    };
  }, [fields]);
  return tail;
}
