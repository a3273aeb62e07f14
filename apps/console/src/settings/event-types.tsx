import type { ApiTypes } from '@hookline/edge';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import { call, idPath } from '../api/client.ts';
import { eventTypesQuery, sessionQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { Button, Switch, TextField } from '../ui/controls.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { describeError, Json, Notice } from '../ui/shown.tsx';
import { SectionFrame } from './section-frame.tsx';

type EventType = ApiTypes['eventType'];

export function EventTypes(): ReactNode {
  const t = useText();
  const query = useQuery(eventTypesQuery);
  const mayWrite = useQuery(sessionQuery).data?.user.scopes.includes('catalog:write') ?? false;
  const [making, setMaking] = useState(false);
  const [shown, setShown] = useState<EventType | null>(null);
  return (
    <>
      <SectionFrame query={query} empty="" make={t.settings.newType} onMake={mayWrite ? () => setMaking(true) : null}>
        {(rows) => (
          <DataTable
            label={t.settings.types} rows={rows} idOf={(row) => row.event_type} onOpen={setShown}
            columns={[
              { id: 'type', title: t.settings.eventType, cell: (row) => <><b>{row.label}</b><span className="sub mono">{row.event_type}</span></> }, { id: 'family', title: t.settings.family, cell: (row) => t.families[row.family] ?? row.family },
              { id: 'status', title: t.settings.status, wideOnly: true, cell: (row) => t.settings.statuses[row.status] }, { id: 'exportable', title: t.settings.exportable, wideOnly: true, cell: (row) => (row.exportable ? t.app.yes : t.app.no) },
            ]}
          />
        )}
      </SectionFrame>
      {shown === null ? null : <Dialog title={shown.label} isOpen onClose={() => setShown(null)} wide><p>{shown.description}</p><Json label={shown.event_type} value={shown.sample} /></Dialog>}
      {making ? <NewType onClose={() => setMaking(false)} /> : null}
    </>
  );
}

function NewType({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useText();
  const queryClient = useQueryClient();
  const [type, setType] = useState('');
  const [label, setLabel] = useState('');
  const [description, setDescription] = useState('');
  const [exportable, setExportable] = useState(true);
  const save = useMutation({
    mutationFn: () => call('PUT', `/v1/event-types/${idPath(type)}`, { ...(label === '' ? {} : { label }), description, exportable }),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: ['event-types'] });
      onClose();
    },
  });
  return (
    <Dialog title={t.settings.newType} isOpen onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
        <TextField label={t.settings.eventType} hint={t.settings.typeHelp} value={type} onChange={setType} mono autoFocus required />
        <TextField label={t.settings.label} value={label} onChange={setLabel} />
        <TextField label={t.settings.description} value={description} onChange={setDescription} rows={3} />
        <Switch selected={exportable} onChange={setExportable}>{t.settings.exportable}</Switch>
        {save.isError ? <Notice tone="bad">{describeError(t, save.error)}</Notice> : null}
        <div className="buttons end"><Button onPress={onClose}>{t.app.cancel}</Button><Button tone="primary" type="submit" isPending={save.isPending}>{t.app.save}</Button></div>
      </Form>
    </Dialog>
  );
}
