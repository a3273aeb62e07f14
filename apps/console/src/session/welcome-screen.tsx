import type { ApiTypes } from '@hookline/edge';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import { call } from '../api/client.ts';
import { sessionQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { Button, TextField } from '../ui/controls.tsx';
import { describeError, Notice } from '../ui/shown.tsx';

/** Where the one-time link of a first start leads. What makes it work stands behind the `#`, which browsers send to nobody. */
export function WelcomeScreen(): ReactNode {
  const t = useText();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [secret] = useState(() => location.hash.slice(1));
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const make = useMutation({
    mutationFn: () => call<ApiTypes['session']>('POST', '/v1/first-user', { secret, login, password }),
    async onSuccess(session) {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/hooks', replace: true });
    },
  });
  const differs = again !== '' && again !== password;
  return (
    <main className="alone">
      <img src="/favicon.svg" alt="" width="44" height="44" />
      <h1>{t.welcome.title}</h1>
      {secret === '' ? <Notice tone="info">{t.welcome.noLink} <Link to="/sign-in">{t.signIn.title}</Link></Notice> : (
        <>
          <p>{t.welcome.intro}</p>
          <Form className="card" onSubmit={(event) => { event.preventDefault(); if (password === again) make.mutate(); }}>
            <TextField label={t.welcome.login} value={login} onChange={setLogin} autoComplete="username" autoFocus required />
            <TextField label={t.welcome.password} hint={t.welcome.passwordHint} type="password" value={password} onChange={setPassword} autoComplete="new-password" required />
            <TextField label={t.welcome.repeat} type="password" value={again} onChange={setAgain} autoComplete="new-password" error={differs ? t.welcome.mismatch : undefined} required />
            {make.isError ? <Notice tone="bad">{describeError(t, make.error)}</Notice> : null}
            <Button tone="primary" type="submit" isPending={make.isPending} isDisabled={differs}>{t.welcome.submit}</Button>
          </Form>
        </>
      )}
    </main>
  );
}
