import type { ApiTypes } from '@hookline/edge';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import { call } from '../api/client.ts';
import { catalogQuery, sessionQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { ActionMenu, Button, Select, TextField, WholeNumberField } from '../ui/controls.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Count, describeError, Notice } from '../ui/shown.tsx';
import { SectionFrame } from './section-frame.tsx';

type Entry = ApiTypes['catalogEntry'];
const KINDS = ['databases', 'resources', 'mailings', 'templates', 'segments', 'pixels'] as const;

export function Catalog(): ReactNode {
  const t = useText();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<Entry['kind']>('databases');
  const query = useQuery(catalogQuery(kind));
  const mayWrite = useQuery(sessionQuery).data?.user.scopes.includes('catalog:write') ?? false;
  const [edited, setEdited] = useState<Entry | 'new' | null>(null);
  const remove = useMutation({ mutationFn: (entry: Entry) => call('DELETE', `/v1/catalog/${entry.kind}/${entry.id}`), onSuccess: () => queryClient.invalidateQueries({ queryKey: ['catalog'] }) });
  return (
    <>
      <div className="tools"><Select label={t.settings.kind} value={kind} onChange={setKind} options={KINDS.map((id) => ({ id, label: t.settings.kinds[id] }))} /></div>
      <SectionFrame query={query} empty={t.settings.noEntries} make={t.settings.newEntry} onMake={mayWrite ? () => setEdited('new') : null}>
        {(rows) => (
          <DataTable
            label={t.settings.kinds[kind]} rows={rows} idOf={(row) => String(row.id)}
            columns={[
              { id: 'name', title: t.settings.name, cell: (row) => <b>{row.name}</b> }, { id: 'id', title: t.settings.id, right: true, cell: (row) => <span className="mono">{row.id}</span> },
              { id: 'subject', title: t.settings.subject, wideOnly: true, cell: (row) => row.subject ?? '' }, { id: 'database', title: t.settings.database, wideOnly: true, right: true, cell: (row) => (row.database_id === null ? '' : <Count value={row.database_id} />) },
              ...(mayWrite ? [{ id: 'actions', title: t.app.actions, hideTitle: true, right: true, cell: (row: Entry) => <ActionMenu label={t.app.actionsOf(row.name)} actions={[{ id: 'edit', label: t.settings.edit, onAction: () => setEdited(row) }, { id: 'delete', label: t.app.delete, danger: true, onAction: () => remove.mutate(row) }]} /> }] : []),
            ]}
          />
        )}
      </SectionFrame>
      {edited === null ? null : <EntryDialog kind={kind} entry={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function EntryDialog({ kind, entry, onClose }: { readonly kind: Entry['kind']; readonly entry: Entry | null; readonly onClose: () => void }): ReactNode {
  const t = useText();
  const queryClient = useQueryClient();
  const [id, setId] = useState<number | undefined>(entry?.id);
  const [name, setName] = useState(entry?.name ?? '');
  const [subject, setSubject] = useState(entry?.subject ?? '');
  const save = useMutation({
    mutationFn: () => call('PUT', `/v1/catalog/${kind}/${id ?? 0}`, { name, subject: subject === '' ? null : subject, subid: entry?.subid ?? null, database_id: entry?.database_id ?? null }, entry?.version),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: ['catalog'] });
      onClose();
    },
  });
  return (
    <Dialog title={`${t.settings.kinds[kind]}: ${entry?.name ?? t.settings.newEntry}`} isOpen onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
        {entry === null ? <WholeNumberField label={t.settings.id} value={id} onChange={setId} min={1} /> : null}
        <TextField label={t.settings.name} value={name} onChange={setName} required />
        {kind === 'mailings' || kind === 'templates' ? <TextField label={t.settings.subject} value={subject} onChange={setSubject} /> : null}
        {save.isError ? <Notice tone="bad">{describeError(t, save.error)}</Notice> : null}
        <div className="buttons end"><Button onPress={onClose}>{t.app.cancel}</Button><Button tone="primary" type="submit" isPending={save.isPending}>{t.app.save}</Button></div>
      </Form>
    </Dialog>
  );
}
