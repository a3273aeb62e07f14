import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { RouterProvider as AriaRouterProvider } from 'react-aria-components';
import { createRoot } from 'react-dom/client';
import { listenSignedOut } from './api/client.ts';
import { sessionQuery } from './api/queries.ts';
import { queryClient, router } from './shell/router.tsx';
import { useFormatLocale } from './text/use-text.ts';
import './theme.css';

listenSignedOut(() => {
  queryClient.setQueryData(sessionQuery.queryKey, null);
  void router.invalidate();
});

function App() {
  return (
    <I18nProvider locale={useFormatLocale()}>
      <AriaRouterProvider navigate={(to) => void router.navigate({ href: to })}>
        <QueryClientProvider client={queryClient}><RouterProvider router={router} /></QueryClientProvider>
      </AriaRouterProvider>
    </I18nProvider>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(<StrictMode><App /></StrictMode>);
