import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { TabPanel, Tabs } from 'react-aria-components';
import { useText } from '../text/use-text.ts';
import { TabBar } from '../ui/tab-bar.tsx';
import { Catalog } from './catalog.tsx';
import { Changes } from './changes.tsx';
import { EventTypes } from './event-types.tsx';
import { Pixels } from './pixels.tsx';
import { Tokens } from './tokens.tsx';
import { Users } from './users.tsx';

const SECTIONS = { tokens: Tokens, users: Users, catalog: Catalog, pixels: Pixels, types: EventTypes, audit: () => <Changes kind={null} id={null} /> } as const;
type Section = keyof typeof SECTIONS;

export function SettingsScreen(): ReactNode {
  const t = useText();
  const navigate = useNavigate();
  const { section } = useParams({ from: '/signed/settings/$section' });
  const sections = Object.keys(SECTIONS) as Section[];
  const selected = sections.includes(section as Section) ? section : 'tokens';
  return (
    <>
      <div className="head"><h1 className="grow">{t.settings.title}</h1></div>
      <Tabs className="tabs" selectedKey={selected} onSelectionChange={(key) => void navigate({ to: '/settings/$section', params: { section: String(key) } })}>
        <TabBar label={t.settings.title} selected={selected} tabs={sections.map((id) => [id, t.settings[id]] as const)} />
        {sections.map((id) => { const Content = SECTIONS[id]; return <TabPanel key={id} id={id}><Content /></TabPanel>; })}
      </Tabs>
    </>
  );
}
