import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import { call } from '../api/client.ts';
import { useText } from '../text/use-text.ts';
import { Button, TextField } from '../ui/controls.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { describeError, Notice } from '../ui/shown.tsx';

export function ChangePassword({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }): ReactNode {
  const t = useText();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () => call('POST', '/v1/session/password', { current_password: current, password: next }),
    onSuccess: () => {
      setCurrent('');
      setNext('');
    },
  });
  const close = (): void => {
    change.reset();
    onClose();
  };
  return (
    <Dialog title={t.password.title} isOpen={isOpen} onClose={close}>
      <Form onSubmit={(event) => { event.preventDefault(); change.mutate(); }}>
        <TextField label={t.password.current} type="password" autoComplete="current-password" value={current} onChange={setCurrent} autoFocus required />
        <TextField label={t.password.next} hint={t.welcome.passwordHint} type="password" autoComplete="new-password" value={next} onChange={setNext} required />
        {change.isSuccess ? <Notice tone="good">{t.password.done}</Notice> : null}
        {change.isError ? <Notice tone="bad">{describeError(t, change.error)}</Notice> : null}
        <div className="buttons end"><Button onPress={close}>{t.app.close}</Button><Button tone="primary" type="submit" isPending={change.isPending}>{t.password.submit}</Button></div>
      </Form>
    </Dialog>
  );
}
