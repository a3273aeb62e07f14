import type { ApiTypes } from '@hookline/edge';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import { call } from '../api/client.ts';
import { sessionQuery, signInMethodsQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { Button, TextField } from '../ui/controls.tsx';
import { describeError, Notice } from '../ui/shown.tsx';
import { safeNext } from './safe-next.ts';

const ACCOUNT_KEY = 'hookline.account';

export function SignInScreen(): ReactNode {
  const t = useText();
  const { next, problem } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [account, setAccount] = useState(localStorage.getItem(ACCOUNT_KEY) ?? '1');
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => call<ApiTypes['session']>('POST', '/v1/session', { account_id: Number(account), login, password }),
    async onSuccess(session) {
      localStorage.setItem(ACCOUNT_KEY, account);
      queryClient.setQueryData(sessionQuery.queryKey, session);
      await navigate({ href: safeNext(next ?? '/hooks') });
    },
  });
  const oidc = useQuery(signInMethodsQuery).data?.oidc ?? null;
  const ssoPath = `${oidc?.start ?? ''}?${new URLSearchParams({ ...(account === '' ? {} : { account_id: account }), ...(next === undefined ? {} : { next: safeNext(next) }) }).toString()}`;
  return (
    <main className="alone">
      <img src="/favicon.svg" alt="" width="44" height="44" />
      <h1>{t.signIn.title}</h1>
      {problem === undefined ? null : <Notice tone="bad">{t.signIn.problems[problem] ?? t.signIn.problems['oidc_failed']}</Notice>}
      <Form className="card" onSubmit={(event) => { event.preventDefault(); signIn.mutate(); }}>
        <TextField label={t.signIn.account} value={account} onChange={(value) => setAccount(value.replaceAll(/\D/g, '').slice(0, 15))} required />
        <TextField label={t.signIn.login} value={login} onChange={setLogin} autoComplete="username" autoFocus required />
        <TextField label={t.signIn.password} type="password" value={password} onChange={setPassword} autoComplete="current-password" required />
        {signIn.isError ? <Notice tone="bad">{describeError(t, signIn.error)}</Notice> : null}
        <Button tone="primary" type="submit" isPending={signIn.isPending}>{t.signIn.submit}</Button>
        {oidc === null ? null : <a className="button plain" href={ssoPath} onClick={() => localStorage.setItem(ACCOUNT_KEY, account)}>{t.signIn.sso}</a>}
      </Form>
      <p className="hint">{t.signIn.help}</p>
    </main>
  );
}
