import type { ApiTypes } from '@hookline/edge';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { catalogQuery, eventsQuery, eventTypesQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { Button } from '../ui/controls.tsx';
import { type DataColumn, DataTable } from '../ui/data-table.tsx';
import { Empty, Failed, Loading, Time } from '../ui/shown.tsx';
import { useEventTail } from './use-event-tail.ts';

type LoggedEvent = ApiTypes['loggedEvent'];

/** What a search of the log finds, as far back as was looked; `follow` not null: with what comes meanwhile. `more` is a column of the screen's own. */
export function FoundEvents({ query, follow, onOpen, more }: { readonly query: string; readonly follow: string | null; readonly onOpen: (event: LoggedEvent) => void; readonly more?: DataColumn<LoggedEvent> }): ReactNode {
  const t = useText();
  const [isPaused, setPaused] = useState(false);
  const [isStopped, setStopped] = useState(false);
  const tail = useEventTail(follow, isPaused);
  const found = useInfiniteQuery(eventsQuery(query));
  const pages = found.data?.pages ?? [];
  const recorded = pages.flatMap((page) => page.data);
  const searchedTo = pages.at(-1)?.searched_to ?? null;
  // A page that found nothing says how far it looked: the search goes on by itself until there is something to show.
  const goesOn = recorded.length === 0 && found.hasNextPage && !isStopped;
  useEffect(() => {
    if (goesOn && !found.isFetching) void found.fetchNextPage();
  }, [goesOn, found]);
  const known = new Set(tail.rows.map((event) => event.event_id));
  const rows = [...tail.rows, ...recorded.filter((event) => !known.has(event.event_id))];
  return (
    <>
      {follow === null ? null : (
        <div className="livebar" role="status">
          <span className={`pulse${isPaused || !tail.isOpen ? ' still' : ''}`} aria-hidden />
          <span className="grow">{!tail.isOpen ? t.events.connecting : isPaused ? t.events.held(tail.held) : t.events.following}{tail.skipped === 0 ? '' : ` ${t.events.skipped(tail.skipped)}`}</span>
          <Button onPress={() => setPaused(!isPaused)}>{isPaused ? <Play aria-hidden size={16} /> : <Pause aria-hidden size={16} />}{isPaused ? t.events.resume : t.events.pause}</Button>
        </div>
      )}
      {found.isError && pages.length === 0 ? <Failed error={found.error} onRetry={() => void found.refetch()} /> : found.isPending ? <Loading /> : rows.length > 0 ? <EventTable rows={rows} onOpen={onOpen} more={more} /> : goesOn ? null : <Empty><p>{searchedTo === null ? t.events.nothing : t.events.nothingYet}</p></Empty>}
      {goesOn ? (
        <div className="livebar" role="status"><span className="pulse" aria-hidden /><span className="grow">{t.events.searching} {searchedTo === null ? '' : <Time at={searchedTo} />}</span><Button onPress={() => setStopped(true)}>{t.events.stopSearch}</Button></div>
      ) : found.hasNextPage ? (
        <p className="more">{searchedTo === null ? null : <small>{t.events.searchedTo} <Time at={searchedTo} /> </small>}<Button onPress={() => { setStopped(false); void found.fetchNextPage(); }} isPending={found.isFetchingNextPage}>{t.events.older}</Button></p>
      ) : null}
    </>
  );
}

function EventTable({ rows, onOpen, more }: { readonly rows: readonly LoggedEvent[]; readonly onOpen: (event: LoggedEvent) => void; readonly more: DataColumn<LoggedEvent> | undefined }): ReactNode {
  const t = useText();
  const labels = new Map((useQuery(eventTypesQuery).data?.data ?? []).map((type) => [type.event_type, type.label]));
  const mailings = new Map((useQuery(catalogQuery('mailings')).data?.data ?? []).map((entry) => [entry.id, entry.name]));
  const typeOf = ({ event }: LoggedEvent): string => String(event['event_type']);
  const mailingOf = ({ event }: LoggedEvent): string => {
    const id = (event['event_data'] as { readonly campaign_id?: unknown } | undefined)?.campaign_id;
    return typeof id === 'number' ? (mailings.get(id) ?? String(id)) : '';
  };
  return (
    <DataTable
      label={t.events.table} rows={rows} idOf={(row) => row.event_id} onOpen={onOpen}
      columns={[
        { id: 'type', title: t.events.type, cell: (row) => <><b>{labels.get(typeOf(row)) ?? typeOf(row)}</b><span className="sub mono">{row.event_id}</span></> },
        { id: 'accepted', title: t.events.accepted, cell: (row) => <Time at={row.accepted_at} /> },
        { id: 'profile', title: t.events.profileShort, cell: (row) => <span className="mono">{String(row.event['profile_id'] ?? '–')}</span> },
        { id: 'mailing', title: t.events.mailing, wideOnly: true, cell: mailingOf },
        ...(more === undefined ? [] : [more]),
      ]}
    />
  );
}
