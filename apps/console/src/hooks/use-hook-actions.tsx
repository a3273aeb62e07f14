import type { ApiTypes } from '@hookline/edge';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { call, idPath } from '../api/client.ts';
import { sessionQuery } from '../api/queries.ts';
import { TestDialog } from '../editor/test-dialog.tsx';
import { useText } from '../text/use-text.ts';
import { Button, type MenuAction } from '../ui/controls.tsx';
import { Confirm, Dialog } from '../ui/dialog.tsx';
import { describeError, Notice } from '../ui/shown.tsx';

type Hook = ApiTypes['hook'];
/** How long it is said that something was done. */
const SAID_MS = 6_000;
type Asked = { readonly what: 'activate' | 'stop' | 'delete' | 'test'; readonly hook: Hook } | null;

/** What can be done to a hook as a whole, and the dialogs that ask first. */
export function useHookActions(): { readonly actionsOf: (hook: Hook) => readonly MenuAction[]; readonly dialogs: ReactNode; readonly isMaster: boolean } {
  const t = useText();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const isMaster = useQuery(sessionQuery).data?.user.master ?? false;
  const [asked, setAsked] = useState<Asked>(null);
  const [from, setFrom] = useState<'now' | 'stopped'>('stopped');
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const done = async (words: string): Promise<void> => {
    setAsked(null);
    await queryClient.invalidateQueries();
    setSaid(words);
  };
  const activate = useMutation({ mutationFn: (hook: Hook) => call('POST', `/v1/hooks/${idPath(hook.id)}/activate`, { from }), onSuccess: () => done(t.hooks.activated) });
  const stop = useMutation({ mutationFn: (hook: Hook) => call('POST', `/v1/hooks/${idPath(hook.id)}/deactivate`, {}), onSuccess: () => done(t.hooks.stopped) });
  const clone = useMutation({ mutationFn: (hook: Hook) => call('POST', `/v1/hooks/${idPath(hook.id)}/clone`, {}), onSuccess: () => done(t.hooks.madeCopy) });
  const remove = useMutation({
    mutationFn: (hook: Hook) => call('DELETE', `/v1/hooks/${idPath(hook.id)}`, undefined, hook.version),
    async onSuccess() {
      await navigate({ to: '/hooks' });
      await done(t.hooks.deleted);
    },
  });
  const failed = [activate, stop, clone, remove].find((mutation) => mutation.isError)?.error;

  const actionsOf = (hook: Hook): readonly MenuAction[] => [
    { id: 'edit', label: t.hooks.edit, onAction: () => void navigate({ to: '/hooks/$hookId/edit', params: { hookId: hook.id } }) },
    { id: 'test', label: t.hooks.test, onAction: () => setAsked({ what: 'test', hook }) },
    hook.active ? { id: 'stop', label: t.hooks.stop, onAction: () => setAsked({ what: 'stop', hook }) } : { id: 'activate', label: t.hooks.activate, onAction: () => setAsked({ what: 'activate', hook }) },
    { id: 'export', label: t.hooks.export, onAction: () => void navigate({ to: '/exports', search: { hook: hook.id } }) },
    { id: 'clone', label: t.hooks.clone, onAction: () => clone.mutate(hook) },
    { id: 'delete', label: t.hooks.delete, danger: true, onAction: () => setAsked({ what: 'delete', hook }) },
  ];
  const hook = asked?.hook;
  const close = (): void => setAsked(null);
  const dialogs = (
    <>
      <div className="saying" aria-live="polite">{failed ? <Notice tone="bad">{describeError(t, failed)}</Notice> : said === null ? null : <Notice tone="good">{said}</Notice>}</div>
      {hook === undefined ? null : (
        <>
          <Confirm isOpen={asked?.what === 'stop'} title={t.hooks.stopTitle} text={t.hooks.stopText} confirm={t.hooks.stop} onConfirm={() => stop.mutate(hook)} onClose={close} busy={stop.isPending} />
          <Confirm isOpen={asked?.what === 'delete'} title={t.hooks.deleteTitle} text={t.hooks.deleteText(hook.name)} confirm={t.hooks.delete} danger onConfirm={() => remove.mutate(hook)} onClose={close} busy={remove.isPending} />
          <Dialog isOpen={asked?.what === 'activate'} title={t.hooks.activateTitle} onClose={close}>
            <RadioGroup value={from} onChange={(value) => setFrom(value as 'now' | 'stopped')}>
              <Label>{t.hooks.begins}</Label>
              <Radio className="radio" value="stopped">{t.hooks.fromStopped}</Radio>
              <Radio className="radio" value="now">{t.hooks.fromNow}</Radio>
            </RadioGroup>
            <div className="buttons end"><Button onPress={close}>{t.app.cancel}</Button><Button tone="primary" onPress={() => activate.mutate(hook)} isPending={activate.isPending}>{t.hooks.activate}</Button></div>
          </Dialog>
          {asked?.what === 'test' ? <TestDialog hook={hook} onClose={close} /> : null}
        </>
      )}
    </>
  );
  return { actionsOf: isMaster ? actionsOf : () => [], dialogs, isMaster };
}
