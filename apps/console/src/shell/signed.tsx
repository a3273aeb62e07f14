import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { Activity, ArrowUpRight, CircleUser, Download, Settings, Webhook } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { call } from '../api/client.ts';
import { sessionQuery } from '../api/queries.ts';
import { ChangePassword } from '../session/change-password.tsx';
import { type Language, setLanguage, useLanguage, useText } from '../text/use-text.ts';
import { Button } from '../ui/controls.tsx';
import { setTheme, type Theme, useTheme } from '../ui/use-theme.ts';

/** The frame around every screen of somebody who is signed in. */
export function Signed(): ReactNode {
  const t = useText();
  const { data: session } = useQuery(sessionQuery);
  const links = [
    { to: '/hooks', label: t.nav.hooks, icon: Webhook }, { to: '/events', label: t.nav.events, icon: Activity }, { to: '/exports', label: t.nav.exports, icon: Download }, { to: '/settings', label: t.nav.settings, icon: Settings },
  ] as const;
  return (
    <div className="shell">
      <a className="skip" href="#content">{t.app.skip}</a>
      <div className="bar">
        <Link to="/hooks" className="brand"><img src="/favicon.svg" alt="" width="26" height="26" /><span>Hookline</span></Link>
        <nav aria-label={t.nav.main}>
          {links.map(({ to, label, icon: Icon }) => <Link key={to} to={to} activeProps={{ className: 'active', 'aria-current': 'page' }}><Icon aria-hidden size={18} /><span>{label}</span></Link>)}
        </nav>
        <div className="who">
          <a className="docs" href="/docs" target="_blank" rel="noreferrer">{t.app.docs}<ArrowUpRight aria-hidden size={14} /></a>
          <UserMenu login={session?.user.login ?? ''} account={session === null || session === undefined ? '' : session.account.name || t.user.account(session.account.id)} master={session?.user.master ?? false} />
        </div>
      </div>
      <main id="content" tabIndex={-1}><Outlet /></main>
    </div>
  );
}

function UserMenu({ login, account, master }: { readonly login: string; readonly account: string; readonly master: boolean }): ReactNode {
  const t = useText();
  const theme = useTheme();
  const language = useLanguage();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const router = useRouter();
  const [changing, setChanging] = useState(false);
  const signOut = async (): Promise<void> => {
    await call('DELETE', '/v1/session').catch(() => undefined);
    queryClient.clear();
    await router.invalidate();
    await navigate({ to: '/sign-in' });
  };
  return (
    <>
      <MenuTrigger>
        <Button tone="quiet" className="me"><CircleUser aria-hidden size={20} /><span className="hidden">{t.user.menu}: </span><span className="names"><b>{login}</b><small>{account}</small></span></Button>
        <Popover className="popover" placement="top start">
          <Menu className="list" onAction={(key) => (key === 'out' ? void signOut() : key === 'password' ? setChanging(true) : undefined)}>
            <MenuSection><Header>{master ? t.user.master : t.user.looker}</Header><MenuItem id="password" className="option">{t.user.password}</MenuItem></MenuSection>
            <Separator />
            <MenuSection selectionMode="single" disallowEmptySelection selectedKeys={[theme]} onSelectionChange={(keys) => setTheme([...(keys as Set<Theme>)][0] ?? 'system')}>
              <Header>{t.user.theme}</Header>
              <MenuItem id="system" className="option">{t.user.system}</MenuItem><MenuItem id="light" className="option">{t.user.light}</MenuItem><MenuItem id="dark" className="option">{t.user.dark}</MenuItem>
            </MenuSection>
            <Separator />
            <MenuSection selectionMode="single" disallowEmptySelection selectedKeys={[language]} onSelectionChange={(keys) => setLanguage([...(keys as Set<Language>)][0] ?? 'en')}>
              <Header>{t.user.language}</Header>
              <MenuItem id="en" className="option">English</MenuItem><MenuItem id="ru" className="option">Русский</MenuItem>
            </MenuSection>
            <Separator />
            <MenuItem id="out" className="option">{t.user.signOut}</MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      <ChangePassword isOpen={changing} onClose={() => setChanging(false)} />
    </>
  );
}
