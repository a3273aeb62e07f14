import { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { sessionQuery } from '../api/queries.ts';
import { parseEventSearch } from '../events/event-search.ts';
import { safeNext } from '../session/safe-next.ts';
import { Signed } from './signed.tsx';
import { NotFound } from './not-found.tsx';

// The screens by their addresses. The edge answers these with the page (apps/edge/src/console/register-console.ts).

export const queryClient = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: 1_000 } } });

const root = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({ notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root, path: '/sign-in', validateSearch: (search): { next?: string; problem?: string } => ({ ...(typeof search['next'] === 'string' && { next: safeNext(search['next']) }), ...(typeof search['problem'] === 'string' && { problem: search['problem'] }) }),
  component: lazyRouteComponent(() => import('../session/sign-in-screen.tsx'), 'SignInScreen'),
});
const welcome = createRoute({ getParentRoute: () => root, path: '/welcome', component: lazyRouteComponent(() => import('../session/welcome-screen.tsx'), 'WelcomeScreen') });

const signed = createRoute({
  getParentRoute: () => root, id: 'signed', component: Signed,
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: '/sign-in', search: { next: safeNext(location.href) } });
  },
});

const index = createRoute({ getParentRoute: () => signed, path: '/', beforeLoad: () => { throw redirect({ to: '/hooks' }); } });
const hooks = createRoute({ getParentRoute: () => signed, path: '/hooks', component: lazyRouteComponent(() => import('../hooks/hooks-screen.tsx'), 'HooksScreen') });
const newHook = createRoute({ getParentRoute: () => signed, path: '/hooks/new', component: lazyRouteComponent(() => import('../editor/new-hook-screen.tsx'), 'NewHookScreen') });
const editHook = createRoute({ getParentRoute: () => signed, path: '/hooks/$hookId/edit', component: lazyRouteComponent(() => import('../editor/edit-hook-screen.tsx'), 'EditHookScreen') });
const hook = createRoute({
  getParentRoute: () => signed, path: '/hooks/$hookId', validateSearch: (search): { tab?: string; event?: string } => ({ ...(typeof search['tab'] === 'string' ? { tab: search['tab'] } : {}), ...(typeof search['event'] === 'string' ? { event: search['event'] } : {}) }),
  component: lazyRouteComponent(() => import('../hook/hook-screen.tsx'), 'HookScreen'),
});
const events = createRoute({
  getParentRoute: () => signed, path: '/events', validateSearch: parseEventSearch,
  component: lazyRouteComponent(() => import('../events/events-screen.tsx'), 'EventsScreen'),
});
const exportsRoute = createRoute({
  getParentRoute: () => signed, path: '/exports', validateSearch: (search): { hook?: string } => (typeof search['hook'] === 'string' ? { hook: search['hook'] } : {}),
  component: lazyRouteComponent(() => import('../exports/exports-screen.tsx'), 'ExportsScreen'),
});
const settings = createRoute({ getParentRoute: () => signed, path: '/settings', beforeLoad: () => { throw redirect({ to: '/settings/$section', params: { section: 'tokens' } }); } });
const section = createRoute({ getParentRoute: () => signed, path: '/settings/$section', component: lazyRouteComponent(() => import('../settings/settings-screen.tsx'), 'SettingsScreen') });

const routeTree = root.addChildren([signIn, welcome, signed.addChildren([index, hooks, newHook, editHook, hook, events, exportsRoute, settings, section])]);
export const router = createRouter({ routeTree, context: { queryClient }, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
