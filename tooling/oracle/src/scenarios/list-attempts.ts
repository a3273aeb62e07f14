import type { Stage } from '../stage/open-stage.ts';

export interface AttemptView {
  readonly outcome: 'delivered' | 'rejected' | 'failed' | 'unknown';
  readonly events: number;
  readonly started_at: string;
  readonly duration_ms: number;
}

interface Page {
  readonly data: readonly AttemptView[];
  readonly next_cursor: string | null;
}

/** Newest first, page by page. */
export async function* listAttempts({ api, hookId }: Stage, hook: string): AsyncGenerator<AttemptView> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page = await api.call('GET', `/v1/hooks/${hookId(hook)}/attempts?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    yield* page.data;
    cursor = page.next_cursor;
  }
}

/** Events of attempts of which the product could not tell whether they arrived: each explains one copy more. */
export async function unknownEvents(stage: Stage, hook: string): Promise<number> {
  let events = 0;
  for await (const attempt of listAttempts(stage, hook)) if (attempt.outcome === 'unknown') events += attempt.events;
  return events;
}
