import type { ApiTypes } from '@hookline/edge';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import { call, idPath } from '../api/client.ts';
import { sessionQuery, usersQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { ActionMenu, Button, Switch, TextField } from '../ui/controls.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Confirm, Dialog } from '../ui/dialog.tsx';
import { describeError, Notice } from '../ui/shown.tsx';
import { SectionFrame } from './section-frame.tsx';

type User = ApiTypes['user'];

export function Users(): ReactNode {
  const t = useText();
  const queryClient = useQueryClient();
  const query = useQuery(usersQuery);
  const isMaster = useQuery(sessionQuery).data?.user.master ?? false;
  const [edited, setEdited] = useState<User | 'new' | null>(null);
  const [deleted, setDeleted] = useState<User | null>(null);
  const remove = useMutation({ mutationFn: (user: User) => call('DELETE', `/v1/users/${idPath(user.id)}`, undefined, user.version), onSuccess: () => queryClient.invalidateQueries({ queryKey: ['users'] }), onSettled: () => setDeleted(null) });
  return (
    <>
      {remove.isError ? <Notice tone="bad">{describeError(t, remove.error)}</Notice> : null}
      <SectionFrame query={query} empty={t.settings.noUsers} make={t.settings.newUser} onMake={isMaster ? () => setEdited('new') : null}>
        {(rows) => (
          <DataTable
            label={t.settings.users} rows={rows} idOf={(row) => row.id}
            columns={[
              { id: 'login', title: t.settings.login, cell: (row) => <><b>{row.login}</b><span className="sub">{row.name}</span></> },
              { id: 'master', title: t.settings.isMaster, cell: (row) => (row.master ? t.app.yes : t.app.no) },
              { id: 'scopes', title: t.settings.scopes, wideOnly: true, cell: (row) => <span className="mono">{row.scopes.join(' ')}</span> },
              { id: 'signs', title: t.settings.canSignIn, wideOnly: true, cell: (row) => (row.password === null ? t.app.no : t.app.yes) },
              ...(isMaster ? [{ id: 'actions', title: t.app.actions, hideTitle: true, right: true, cell: (row: User) => <ActionMenu label={t.app.actionsOf(row.login)} actions={[{ id: 'edit', label: t.settings.edit, onAction: () => setEdited(row) }, { id: 'delete', label: t.app.delete, danger: true, onAction: () => setDeleted(row) }]} /> }] : []),
            ]}
          />
        )}
      </SectionFrame>
      {edited === null ? null : <UserDialog user={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
      <Confirm isOpen={deleted !== null} title={t.settings.deleteUserTitle} text={t.settings.deleteUserText(deleted?.login ?? '')} confirm={t.app.delete} danger onConfirm={() => deleted !== null && remove.mutate(deleted)} onClose={() => setDeleted(null)} />
    </>
  );
}

function UserDialog({ user, onClose }: { readonly user: User | null; readonly onClose: () => void }): ReactNode {
  const t = useText();
  const queryClient = useQueryClient();
  const [login, setLogin] = useState(user?.login ?? '');
  const [name, setName] = useState(user?.name ?? '');
  const [password, setPassword] = useState('');
  const [master, setMaster] = useState(user?.master ?? false);
  const body = { login, master, ...(name === '' ? {} : { name }), ...(password === '' ? {} : { password }) };
  const save = useMutation({
    mutationFn: () => (user === null ? call('POST', '/v1/users', body) : call('PATCH', `/v1/users/${idPath(user.id)}`, body, user.version)),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: ['users'] });
      onClose();
    },
  });
  return (
    <Dialog title={user === null ? t.settings.newUser : user.login} isOpen onClose={onClose}>
      <Form onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
        <TextField label={t.settings.login} value={login} onChange={setLogin} autoFocus required />
        <TextField label={t.settings.name} value={name} onChange={setName} />
        <TextField label={user === null ? t.settings.password : t.settings.newPassword} hint={t.welcome.passwordHint} type="password" autoComplete="new-password" value={password} onChange={setPassword} />
        <Switch selected={master} onChange={setMaster} hint={t.settings.isMasterHelp}>{t.settings.isMaster}</Switch>
        {save.isError ? <Notice tone="bad">{describeError(t, save.error)}</Notice> : null}
        <div className="buttons end"><Button onPress={onClose}>{t.app.cancel}</Button><Button tone="primary" type="submit" isPending={save.isPending}>{t.app.save}</Button></div>
      </Form>
    </Dialog>
  );
}
