import type { ApiTypes } from '@hookline/edge';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call, idPath } from '../api/client.ts';
import { eventTypesQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { Button, Select } from '../ui/controls.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { describeError, Json, Notice } from '../ui/shown.tsx';

/** Sends one example event: by a saved hook, or by settings that are not saved (`draft`, in place of the hook `hook`, if there is one). */
export function TestDialog({ hook, draft, onClose }: { readonly hook: Pick<ApiTypes['hook'], 'id' | 'events'> | null; readonly draft?: Readonly<Record<string, unknown>>; readonly onClose: () => void }): ReactNode {
  const t = useText();
  const types = useQuery(eventTypesQuery).data?.data ?? [];
  const events = (draft?.['events'] as readonly string[] | undefined) ?? hook?.events ?? [];
  const [type, setType] = useState(events[0] ?? 'click');
  const send = useMutation({
    mutationFn: () =>
      draft === undefined ? call<ApiTypes['testResult']>('POST', `/v1/hooks/${idPath(hook?.id ?? '')}/test`, { event_type: type }) : call<ApiTypes['testResult']>('POST', '/v1/hooks/test', { hook: draft, event_type: type, ...(hook === null ? {} : { hook_id: hook.id }) }),
  });
  const labels = new Map(types.map((row) => [row.event_type, row.label]));
  const result = send.data;
  return (
    <Dialog title={t.test.title} isOpen onClose={onClose} wide>
      <p>{t.test.intro}</p>
      <div className="tools"><Select label={t.test.type} value={type} onChange={setType} options={events.map((id) => ({ id, label: `${labels.get(id) ?? id} (${id})` }))} /><Button tone="primary" onPress={() => send.mutate()} isPending={send.isPending}>{t.test.send}</Button></div>
      {send.isError ? <Notice tone="bad">{describeError(t, send.error)}</Notice> : null}
      {result === undefined ? null : (
        <>
          <Notice tone={result.outcome === 'delivered' ? 'good' : 'bad'}>{result.outcome === 'delivered' ? t.test.delivered : t.test.notDelivered} {t.test.took(result.duration_ms)} {result.message ?? ''}</Notice>
          <h3>{t.test.request}</h3><Json label={t.test.request} value={result.request} />
          <h3>{t.test.response}</h3>{result.response === null ? <p>{t.hook.noResponse}</p> : <Json label={t.test.response} value={result.response} />}
        </>
      )}
    </Dialog>
  );
}
