import type { Problem } from '@hookline/core';
import type { ApiTypes } from '@hookline/edge';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useBlocker, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { FormProvider, useForm, useWatch } from 'react-hook-form';
import { ApiError, call, idPath } from '../api/client.ts';
import { hookQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { Button } from '../ui/controls.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { describeError, Notice } from '../ui/shown.tsx';
import { CaptureBlock } from './capture-block.tsx';
import { DataBlock } from './data-block.tsx';
import { FormSwitch, FormText } from './fields.tsx';
import { EMPTY_FORM, formOf, type HookForm, inputOf, problemsOf } from './hook-form.ts';
import { Preview } from './preview.tsx';
import { RequestBlock } from './request-block.tsx';
import { TestDialog } from './test-dialog.tsx';
import { ProblemsContext } from './use-hook-form.ts';

type Hook = ApiTypes['hook'];

export function HookEditor({ hook }: { readonly hook: Hook | null }): ReactNode {
  const t = useText();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const form = useForm<HookForm>({ defaultValues: hook === null ? EMPTY_FORM : formOf(hook) });
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [tested, setTested] = useState<Readonly<Record<string, unknown>> | null>(null);
  const [saved, setSaved] = useState<Hook | null>(null);
  const isDirty = form.formState.isDirty && saved === null;
  const blocker = useBlocker({ shouldBlockFn: () => isDirty, enableBeforeUnload: () => isDirty, withResolver: true });

  /** True = it may be sent; else the problems are shown and the first one gets the focus. */
  const check = (): boolean => {
    const found = problemsOf(form.getValues());
    setProblems(found);
    return found.length === 0;
  };
  const save = useMutation({
    mutationFn: () => (hook === null ? call<Hook>('POST', '/v1/hooks', inputOf(form.getValues())) : call<Hook>('PUT', `/v1/hooks/${idPath(hook.id)}`, inputOf(form.getValues()), hook.version)),
    onSuccess: setSaved,
    onError: (error) => error instanceof ApiError && setProblems(error.problems),
  });
  useEffect(() => {
    if (saved === null) return;
    queryClient.setQueryData(hookQuery(saved.id).queryKey, saved);
    void navigate({ to: '/hooks/$hookId', params: { hookId: saved.id } });
  }, [saved, queryClient, navigate]);
  useEffect(() => {
    if (problems.length > 0) document.querySelector<HTMLElement>('.editor [aria-invalid="true"], .editor .error')?.scrollIntoView({ block: 'center' });
  }, [problems]);

  return (
    <FormProvider {...form}>
      <ProblemsContext value={problems}>
        <p className="crumb"><Link to="/hooks">{t.nav.hooks}</Link></p>
        <div className="head"><h1 className="grow">{hook === null ? t.editor.newTitle : hook.name}</h1></div>
        <div className="editor">
          <form className="form" noValidate onSubmit={(event) => { event.preventDefault(); if (check()) save.mutate(); }}>
            <section className="block" aria-labelledby="general">
              <h2 id="general">{t.editor.general}</h2>
              <FormText name="name" label={t.editor.name} pointer="/name" placeholder={t.editor.namePlaceholder} required autoFocus={hook === null} />
              <FormSwitch name="active" label={t.editor.active} hint={t.editor.activeHelp} />
            </section>
            <CaptureBlock />
            <RequestBlock>
              <div className="buttons"><Button onPress={() => check() && setTested(inputOf(form.getValues()))}>{t.editor.check}</Button><span className="hint">{t.editor.checkHelp}</span></div>
            </RequestBlock>
            <DataBlock />
            <Recheck active={problems.length > 0} onChange={setProblems} />
            {problems.length > 0 ? <Notice tone="bad">{t.editor.problems(problems.length)}<ul>{problems.slice(0, 8).map((problem) => <li key={`${problem.path}${problem.code}`}><code>{problem.path}</code> {t.problems[problem.code] ?? problem.message}</li>)}</ul></Notice> : null}
            {save.isError && problems.length === 0 ? <Notice tone="bad">{describeError(t, save.error)}</Notice> : null}
            <div className="savebar"><span className="grow hint" role="status">{isDirty ? t.editor.unsaved : ''}</span>{hook === null ? <Link className="button plain" to="/hooks">{t.app.cancel}</Link> : <Link className="button plain" to="/hooks/$hookId" params={{ hookId: hook.id }}>{t.app.cancel}</Link>}<Button tone="primary" type="submit" isPending={save.isPending}>{hook === null ? t.editor.create : t.editor.save}</Button></div>
          </form>
          <Preview hookId={hook?.id ?? null} />
        </div>
        {tested === null ? null : <TestDialog hook={hook} draft={tested} onClose={() => setTested(null)} />}
        <Confirm isOpen={blocker.status === 'blocked'} title={t.editor.leaveTitle} text={t.editor.leaveText} confirm={t.editor.leave} cancel={t.editor.stay} danger onConfirm={() => blocker.proceed?.()} onClose={() => blocker.reset?.()} />
      </ProblemsContext>
    </FormProvider>
  );
}

/** Once problems are shown, they go as they are put right. */
function Recheck({ active, onChange }: { readonly active: boolean; readonly onChange: (problems: readonly Problem[]) => void }): ReactNode {
  const form = useWatch<HookForm>() as HookForm;
  const [first, setFirst] = useState(form);
  useEffect(() => {
    if (!active || form === first) return;
    setFirst(form);
    onChange(problemsOf(form));
  }, [active, form, first, onChange]);
  return null;
}
