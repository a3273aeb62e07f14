import type { ApiTypes } from '@hookline/edge';
import type { DateValue } from '@internationalized/date';
import { today } from '@internationalized/date';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import { call, idPath } from '../api/client.ts';
import { sessionQuery, tokensQuery } from '../api/queries.ts';
import { DayField } from '../exports/day-field.tsx';
import { useText } from '../text/use-text.ts';
import { ActionMenu, Button, CopyButton, Switch, TextField } from '../ui/controls.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Confirm, Dialog } from '../ui/dialog.tsx';
import { describeError, Json, Notice, Time } from '../ui/shown.tsx';
import { ScopePicker } from './scope-picker.tsx';
import { SectionFrame } from './section-frame.tsx';

type Token = ApiTypes['token'];

export function Tokens(): ReactNode {
  const t = useText();
  const queryClient = useQueryClient();
  const query = useQuery(tokensQuery);
  const isMaster = useQuery(sessionQuery).data?.user.master ?? false;
  const [making, setMaking] = useState(false);
  const [revoked, setRevoked] = useState<Token | null>(null);
  const revoke = useMutation({ mutationFn: (token: Token) => call('DELETE', `/v1/tokens/${idPath(token.id)}`), onSuccess: () => queryClient.invalidateQueries({ queryKey: ['tokens'] }), onSettled: () => setRevoked(null) });
  return (
    <>
      {revoke.isError ? <Notice tone="bad">{describeError(t, revoke.error)}</Notice> : null}
      <SectionFrame query={query} empty={t.settings.noTokens} make={t.settings.newToken} onMake={isMaster ? () => setMaking(true) : null}>
        {(rows) => (
          <DataTable
            label={t.settings.tokens} rows={rows} idOf={(row) => row.id}
            columns={[
              { id: 'name', title: t.settings.name, cell: (row) => <><b>{row.name}</b><span className="sub mono">{row.id}</span></> },
              { id: 'scopes', title: t.settings.scopes, wideOnly: true, cell: (row) => <span className="mono">{row.scopes.join(' ')}</span> },
              { id: 'master', title: t.settings.master, cell: (row) => (row.master ? t.app.yes : t.app.no) },
              { id: 'expires', title: t.settings.expires, wideOnly: true, cell: (row) => (row.expires_at === null ? t.app.never : <Time at={row.expires_at} />) },
              ...(isMaster ? [{ id: 'actions', title: t.app.actions, hideTitle: true, right: true, cell: (row: Token) => <ActionMenu label={t.app.actionsOf(row.name)} actions={[{ id: 'revoke', label: t.settings.revoke, danger: true, onAction: () => setRevoked(row) }]} /> }] : []),
            ]}
          />
        )}
      </SectionFrame>
      {making ? <NewToken onClose={() => setMaking(false)} /> : null}
      <Confirm isOpen={revoked !== null} title={t.settings.revokeTitle} text={t.settings.revokeText(revoked?.name ?? '')} confirm={t.settings.revoke} danger onConfirm={() => revoked !== null && revoke.mutate(revoked)} onClose={() => setRevoked(null)} />
    </>
  );
}

function NewToken({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useText();
  const queryClient = useQueryClient();
  const own = useQuery(sessionQuery).data?.user.scopes ?? [];
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly string[]>(['events:write']);
  const [master, setMaster] = useState(false);
  const [expires, setExpires] = useState<DateValue | null>(null);
  const make = useMutation({
    mutationFn: () => call<Token & { readonly token: string }>('POST', '/v1/tokens', { name, scopes, master, expires_at: expires === null ? null : `${expires.toString()}T00:00:00Z` }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['tokens'] }),
  });
  return (
    <Dialog title={t.settings.newToken} isOpen onClose={onClose}>
      {make.data === undefined ? (
        <Form onSubmit={(event) => { event.preventDefault(); make.mutate(); }}>
          <TextField label={t.settings.name} value={name} onChange={setName} autoFocus required />
          <ScopePicker label={t.settings.scopes} scopes={own} chosen={scopes} onChange={setScopes} />
          <Switch selected={master} onChange={setMaster} hint={t.settings.masterHelp}>{t.settings.master}</Switch>
          <DayField label={`${t.settings.expires}. ${t.settings.expiresHelp}`} value={expires} onChange={setExpires} min={today('UTC').add({ days: 1 })} max={today('UTC').add({ years: 20 })} />
          {make.isError ? <Notice tone="bad">{describeError(t, make.error)}</Notice> : null}
          <div className="buttons end"><Button onPress={onClose}>{t.app.cancel}</Button><Button tone="primary" type="submit" isPending={make.isPending}>{t.settings.newToken}</Button></div>
        </Form>
      ) : <><Notice tone="good">{t.settings.tokenOnce}</Notice><Json label={t.settings.newToken} value={make.data.token} /><div className="buttons end"><CopyButton text={make.data.token} /><Button tone="primary" onPress={onClose}>{t.app.close}</Button></div></>}
    </Dialog>
  );
}
