import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useText } from '../text/use-text.ts';
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
  return (
    <>
      <div className="head"><h1 className="grow">{t.settings.title}</h1></div>
      <Tabs className="tabs" selectedKey={sections.includes(section as Section) ? section : 'tokens'} onSelectionChange={(key) => void navigate({ to: '/settings/$section', params: { section: String(key) } })}>
        <TabList aria-label={t.settings.title}>{sections.map((id) => <Tab key={id} id={id}>{t.settings[id]}</Tab>)}</TabList>
        {sections.map((id) => { const Content = SECTIONS[id]; return <TabPanel key={id} id={id}><Content /></TabPanel>; })}
      </Tabs>
    </>
  );
}
