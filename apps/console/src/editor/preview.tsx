import type { ApiTypes } from '@hookline/edge';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useEffect, useState } from 'react';
import { useWatch } from 'react-hook-form';
import { call } from '../api/client.ts';
import { eventTypesQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { Badge, Failed, Json } from '../ui/shown.tsx';
import { type HookForm, inputOf, problemsOf } from './hook-form.ts';

const TYPING_MS = 500;
const EVENTS_SHOWN = 20;

/** What the settings in the form would do with recorded events, as they are typed. */
export function Preview({ hookId }: { readonly hookId: string | null }): ReactNode {
  const t = useText();
  const form = useDeferredValue(useWatch<HookForm>() as HookForm);
  const [asked, setAsked] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(problemsOf(form).length === 0 ? JSON.stringify(inputOf(form)) : null), TYPING_MS);
    return () => clearTimeout(timer);
  }, [form]);
  const run = useQuery({
    queryKey: ['dry-run', hookId, asked], enabled: asked !== null, placeholderData: (before) => (asked === null ? undefined : before), retry: false,
    queryFn: () => call<ApiTypes['dryRun']>('POST', '/v1/hooks/dry-run', { hook: JSON.parse(asked ?? 'null') as unknown, limit: EVENTS_SHOWN, ...(hookId === null ? {} : { hook_id: hookId }) }),
  });
  return (
    <aside className="side block" aria-labelledby="preview">
      <h2 id="preview">{t.editor.preview}</h2>
      {asked === null ? <p className="hint">{t.editor.fillIn}</p> : run.isError ? <Failed error={run.error} /> : run.data === undefined ? null : run.data.data.length === 0 ? <Example type={form.events[0]} /> : (
        <>
          <p className="hint">{t.editor.previewIntro}</p>
          <p role="status"><b>{t.editor.wouldSend}</b>: {t.editor.summary(run.data.data.filter((event) => event.would_send).length, run.data.data.length)}</p>
          <div>{[...run.data.data].reverse().map((event) => <Previewed key={event.event_id} event={event} />)}</div>
        </>
      )}
    </aside>
  );
}

function Previewed({ event }: { readonly event: ApiTypes['dryRun']['data'][number] }): ReactNode {
  const t = useText();
  return (
    <details className="previewed">
      <summary><Badge tone={event.would_send ? 'good' : 'off'}>{event.would_send ? t.editor.wouldSend : t.editor.wouldNot}</Badge><code>{event.event_type}</code>{event.would_send ? null : <small>{t.editor.because(t.rules[event.rule] ?? event.rule)}</small>}</summary>
      {event.body === undefined ? <code>{event.event_id}</code> : <Json label={t.editor.message} value={event.body} />}
      {event.failure === undefined ? null : <p className="error">{event.failure.message}</p>}
    </details>
  );
}

function Example({ type }: { readonly type: string | undefined }): ReactNode {
  const t = useText();
  const sample = useQuery(eventTypesQuery).data?.data.find((row) => row.event_type === type)?.sample;
  return <><p className="hint">{t.editor.noRecent}</p>{sample === undefined ? null : <Json label={t.editor.message} value={sample} />}</>;
}
