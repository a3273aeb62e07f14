import type { ApiTypes } from '@hookline/edge';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { TabPanel, Tabs } from 'react-aria-components';
import { hookQuery, laneQuery } from '../api/queries.ts';
import { ExportsTable } from '../exports/exports-table.tsx';
import { StateBadge } from '../hooks/state-badge.tsx';
import { useHookActions } from '../hooks/use-hook-actions.tsx';
import { Changes } from '../settings/changes.tsx';
import { useText } from '../text/use-text.ts';
import { ActionMenu } from '../ui/controls.tsx';
import { Failed, Loading, Notice } from '../ui/shown.tsx';
import { TabBar } from '../ui/tab-bar.tsx';
import { Attempts } from './attempts.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { Overview } from './overview.tsx';
import { Why } from './why.tsx';

export function HookScreen(): ReactNode {
  const t = useText();
  const { hookId } = useParams({ from: '/signed/hooks/$hookId' });
  const hook = useQuery({ ...hookQuery(hookId), refetchInterval: 5_000 });
  if (hook.isPending) return <Loading />;
  return hook.data === undefined ? <><p className="crumb"><Link to="/hooks">{t.nav.hooks}</Link></p><Failed error={hook.error} /></> : <HookPage hook={hook.data} />;
}

function HookPage({ hook }: { readonly hook: ApiTypes['hook'] }): ReactNode {
  const t = useText();
  const navigate = useNavigate();
  const { tab = 'overview', event = '' } = useSearch({ from: '/signed/hooks/$hookId' });
  const lane = useQuery(laneQuery(hook.id)).data;
  const { actionsOf, dialogs, isMaster } = useHookActions();
  const go = (next: { readonly tab: string; readonly event?: string }): void => void navigate({ to: '/hooks/$hookId', params: { hookId: hook.id }, search: next, replace: true });
  const tabs = [['overview', t.hook.overview], ['attempts', t.hook.attempts], ['dead', lane !== undefined && lane.counters.dead > 0 ? `${t.hook.dead} (${lane.counters.dead})` : t.hook.dead], ['why', t.hook.why], ['exports', t.hook.exports], ...(isMaster ? [['changes', t.hook.changes] as const] : [])] as const;
  return (
    <>
      <p className="crumb"><Link to="/hooks">{t.nav.hooks}</Link></p>
      <div className="head">
        <h1>{hook.name}</h1><StateBadge hook={hook} lane={lane} /><span className="grow" />
        {isMaster ? <><Link className="button plain" to="/hooks/$hookId/edit" params={{ hookId: hook.id }}>{t.hooks.edit}</Link><ActionMenu label={t.app.actionsOf(hook.name)} actions={actionsOf(hook).slice(1)} /></> : null}
      </div>
      {hook.warnings === undefined || hook.warnings.length === 0 ? null : <Notice tone="warn">{t.hook.warnings}<ul>{hook.warnings.map((warning) => <li key={`${warning.path}${warning.message}`}>{warning.message}</li>)}</ul></Notice>}
      <Tabs className="tabs" selectedKey={tab} onSelectionChange={(key) => go({ tab: String(key) })}>
        <TabBar label={hook.name} selected={tab} tabs={tabs} />
        <TabPanel id="overview"><Overview hook={hook} /></TabPanel>
        <TabPanel id="attempts"><Attempts hookId={hook.id} /></TabPanel>
        <TabPanel id="dead"><DeadLetters hookId={hook.id} /></TabPanel>
        <TabPanel id="why"><Why hookId={hook.id} asked={event} onAsk={(asked) => go({ tab: 'why', ...(asked === '' ? {} : { event: asked }) })} /></TabPanel>
        <TabPanel id="exports"><ExportsTable hookId={hook.id} /></TabPanel>
        {isMaster ? <TabPanel id="changes"><Changes kind="hook" id={hook.id} /></TabPanel> : null}
      </Tabs>
      {dialogs}
    </>
  );
}
