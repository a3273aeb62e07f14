import type { ApiTypes } from '@hookline/edge';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import { call } from '../api/client.ts';
import { pixelsQuery, sessionQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { ActionMenu, Button, CopyButton, Switch, TextField, WholeNumberField } from '../ui/controls.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Confirm, Dialog } from '../ui/dialog.tsx';
import { Badge, describeError, Json, Notice } from '../ui/shown.tsx';
import { SectionFrame } from './section-frame.tsx';

type Pixel = ApiTypes['pixel'];

/** What a page carries to be counted by this pixel. */
const snippetOf = (pixel: Pixel): string => `<script async src="${location.origin}/p.js" data-i="${pixel.sid}"></script>`;

export function Pixels(): ReactNode {
  const t = useText();
  const queryClient = useQueryClient();
  const query = useQuery(pixelsQuery);
  const mayWrite = useQuery(sessionQuery).data?.user.scopes.includes('catalog:write') ?? false;
  const [edited, setEdited] = useState<Pixel | 'new' | null>(null);
  const [shown, setShown] = useState<Pixel | null>(null);
  const [deleted, setDeleted] = useState<Pixel | null>(null);
  const remove = useMutation({ mutationFn: (pixel: Pixel) => call('DELETE', `/v1/pixels/${pixel.id}`, undefined, pixel.version), onSuccess: () => queryClient.invalidateQueries({ queryKey: ['pixels'] }), onSettled: () => setDeleted(null) });
  return (
    <>
      {remove.isError ? <Notice tone="bad">{describeError(t, remove.error)}</Notice> : null}
      <SectionFrame query={query} empty={t.settings.noPixels} make={t.settings.newPixel} onMake={mayWrite ? () => setEdited('new') : null}>
        {(rows) => (
          <DataTable
            label={t.settings.pixels} rows={rows} idOf={(row) => String(row.id)} onOpen={setShown}
            columns={[
              { id: 'name', title: t.settings.name, cell: (row) => <><b>{row.name}</b><span className="sub mono">{row.sid}</span></> }, { id: 'id', title: t.settings.id, right: true, wideOnly: true, cell: (row) => <span className="mono">{row.id}</span> }, { id: 'domain', title: t.settings.domain, wideOnly: true, cell: (row) => row.domain ?? '' },
              { id: 'active', title: t.settings.active, cell: (row) => <Badge tone={row.active ? 'good' : 'off'}>{row.active ? t.states.active : t.states.inactive}</Badge> },
              { id: 'actions', title: t.app.actions, hideTitle: true, right: true, cell: (row) => <ActionMenu label={t.app.actionsOf(row.name)} actions={[{ id: 'snippet', label: t.settings.snippet, onAction: () => setShown(row) }, ...(mayWrite ? [{ id: 'edit', label: t.settings.edit, onAction: () => setEdited(row) }, { id: 'delete', label: t.app.delete, danger: true, onAction: () => setDeleted(row) }] : [])]} /> },
            ]}
          />
        )}
      </SectionFrame>
      {shown === null ? null : <Dialog title={t.settings.snippet} isOpen onClose={() => setShown(null)}><p>{t.settings.snippetHelp}</p><Json label={t.settings.snippet} value={snippetOf(shown)} /><div className="buttons end"><CopyButton text={snippetOf(shown)} /></div></Dialog>}
      {edited === null ? null : <PixelDialog pixel={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
      <Confirm isOpen={deleted !== null} title={t.settings.deletePixelTitle} text={t.settings.deletePixelText} confirm={t.app.delete} danger onConfirm={() => deleted !== null && remove.mutate(deleted)} onClose={() => setDeleted(null)} />
    </>
  );
}

function PixelDialog({ pixel, onClose }: { readonly pixel: Pixel | null; readonly onClose: () => void }): ReactNode {
  const t = useText();
  const queryClient = useQueryClient();
  const [id, setId] = useState<number | undefined>(pixel?.id);
  const [name, setName] = useState(pixel?.name ?? '');
  const [database, setDatabase] = useState<number | undefined>(pixel?.database_id);
  const [domain, setDomain] = useState(pixel?.domain ?? '');
  const [active, setActive] = useState(pixel?.active ?? true);
  const save = useMutation({
    mutationFn: () => call('PUT', `/v1/pixels/${id ?? 0}`, { name, database_id: database, domain: domain === '' ? null : domain, active }, pixel?.version),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: ['pixels'] });
      onClose();
    },
  });
  return (
    <Dialog title={pixel?.name ?? t.settings.newPixel} isOpen onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
        {pixel === null ? <WholeNumberField label={t.settings.id} value={id} onChange={setId} min={1} /> : null}
        <TextField label={t.settings.name} value={name} onChange={setName} required />
        <WholeNumberField label={t.settings.database} value={database} onChange={setDatabase} min={1} />
        <TextField label={t.settings.domain} value={domain} onChange={setDomain} placeholder="shop.example.com" mono />
        <Switch selected={active} onChange={setActive}>{t.settings.active}</Switch>
        {save.isError ? <Notice tone="bad">{describeError(t, save.error)}</Notice> : null}
        <div className="buttons end"><Button onPress={onClose}>{t.app.cancel}</Button><Button tone="primary" type="submit" isPending={save.isPending}>{t.app.save}</Button></div>
      </Form>
    </Dialog>
  );
}
