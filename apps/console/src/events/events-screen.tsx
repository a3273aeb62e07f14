import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useText } from '../text/use-text.ts';
import { Switch } from '../ui/controls.tsx';
import { EventDialog } from './event-dialog.tsx';
import { EventFilters } from './event-filters.tsx';
import { type EventSearch, fieldsOf, queryOf } from './event-search.ts';
import { FoundEvents } from './found-events.tsx';

export function EventsScreen(): ReactNode {
  const t = useText();
  const navigate = useNavigate();
  const search = useSearch({ from: '/signed/events' });
  const { id, live = false, ...asked } = search;
  const go = (next: EventSearch): void => void navigate({ to: '/events', search: next });
  // A range that ends now begins anew when something else is asked for.
  const key = JSON.stringify(asked);
  const [query, setQuery] = useState(() => ({ key, text: queryOf(asked, Date.now()) }));
  if (query.key !== key) setQuery({ key, text: queryOf(asked, Date.now()) });
  return (
    <>
      <div className="head"><h1 className="grow">{t.events.title}</h1><Switch selected={live} onChange={(on) => { const { live: _before, ...rest } = search; go(on ? { ...rest, live: true } : rest); }}>{t.events.live}</Switch></div>
      <p className="hint">{t.events.intro}</p>
      <EventFilters search={search} onSearch={go} />
      <FoundEvents key={query.text} query={query.text} follow={live ? fieldsOf(asked) : null} onOpen={(event) => go({ ...search, id: event.event_id })} />
      {id === undefined ? null : <EventDialog id={id} onClose={() => { const { id: _shown, ...rest } = search; go(rest); }} />}
    </>
  );
}
