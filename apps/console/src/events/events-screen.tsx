import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { hooksQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Empty, Json, Time } from '../ui/shown.tsx';
import { EventLookup } from './event-lookup.tsx';
import { Fate } from './fate.tsx';

export function EventsScreen(): ReactNode {
  const t = useText();
  const navigate = useNavigate();
  const { id = '' } = useSearch({ from: '/signed/events' });
  const names = new Map((useQuery(hooksQuery).data?.data ?? []).map((hook) => [hook.id, hook.name]));
  return (
    <>
      <div className="head"><h1 className="grow">{t.events.title}</h1></div>
      <p>{t.events.intro}</p>
      <div className="cards">
        <EventLookup id={id} onLook={(next) => void navigate({ to: '/events', search: { id: next } })} label={t.events.label} find={t.events.find} none={t.events.none}>
          {(event) => (
            <>
              <section aria-labelledby="fates">
                <h2 id="fates">{t.events.fates}</h2>
                {event.fates.length === 0 ? <Empty><p>{t.events.noHooks}</p></Empty> : (
                  <DataTable
                    label={t.events.fates} rows={event.fates} idOf={(fate) => fate.hook_id}
                    columns={[{ id: 'hook', title: t.events.hook, cell: (fate) => <Link className="name" to="/hooks/$hookId" params={{ hookId: fate.hook_id }}>{names.get(fate.hook_id) ?? fate.hook_id}</Link> }, { id: 'fate', title: t.events.fate, cell: (fate) => <Fate fate={fate} /> }]}
                  />
                )}
              </section>
              <section className="card" aria-labelledby="event"><h2 id="event">{t.events.event}</h2><p className="hint">{t.events.accepted} <Time at={event.accepted_at} /></p><Json label={t.events.event} value={event.event} /></section>
            </>
          )}
        </EventLookup>
      </div>
    </>
  );
}
