import { parseDate, today } from '@internationalized/date';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Form } from 'react-aria-components';
import { catalogQuery, eventTypesQuery } from '../api/queries.ts';
import { DayField } from '../exports/day-field.tsx';
import { useText } from '../text/use-text.ts';
import { Button, Select, TextField } from '../ui/controls.tsx';
import { Chips, PickOrType } from '../ui/pick-or-type.tsx';
import { type EventSearch, RANGES } from './event-search.ts';

const FIRST_DAY = parseDate('1970-01-01');
const MAILING = /^[1-9]\d{0,15}$/;

/** What to look for. Lists take effect when something is picked, text when it is sent off. */
export function EventFilters({ search, onSearch }: { readonly search: EventSearch; readonly onSearch: (next: EventSearch) => void }): ReactNode {
  const t = useText();
  const types = useQuery(eventTypesQuery).data?.data ?? [];
  const mailings = useQuery(catalogQuery('mailings')).data?.data ?? [];
  const [profile, setProfile] = useState(search.profile ?? '');
  const [id, setId] = useState('');
  useEffect(() => setProfile(search.profile ?? ''), [search.profile]);
  const { id: _shown, ...rest } = search;
  const change = (next: EventSearch): void => onSearch({ ...rest, ...next });
  const without = (name: keyof EventSearch): EventSearch => Object.fromEntries(Object.entries(rest).filter(([key]) => key !== name));
  const typeLabel = (name: string): string => types.find(({ event_type: type }) => type === name)?.label ?? name;
  const mailingName = (number: number): string => mailings.find((entry) => entry.id === number)?.name ?? String(number);
  const picked = [
    ...(search.types ?? []).map((name) => ({ id: `type ${name}`, label: typeLabel(name) })), ...(search.mailing === undefined ? [] : [{ id: 'mailing', label: `${t.events.mailing}: ${mailingName(search.mailing)}` }]), ...(search.profile === undefined ? [] : [{ id: 'profile', label: `${t.events.profile}: ${search.profile}` }]),
  ];
  const remove = (chip: string): void => {
    const left = (search.types ?? []).filter((name) => `type ${name}` !== chip);
    if (chip === 'mailing' || chip === 'profile') onSearch(without(chip));
    else onSearch(left.length === 0 ? without('types') : { ...rest, types: left });
  };
  const now = today('UTC');
  return (
    <Form
      className="card filters" aria-label={t.events.search}
      onSubmit={(event) => {
        event.preventDefault();
        const next = profile.trim() === '' ? without('profile') : { ...rest, profile: profile.trim() };
        onSearch(id.trim() === '' ? next : { ...next, id: id.trim() });
        setId('');
      }}
    >
      <div className="filter-row">
        <PickOrType opensOn="input" label={t.events.type} suggestions={types.map((type) => ({ id: type.event_type, label: type.label, detail: type.event_type }))} onAdd={(name) => change({ types: [...new Set([...(search.types ?? []), name])] })} />
        <Select label={t.events.range} value={search.range ?? 'any'} onChange={(range) => (range === 'any' ? onSearch(without('range')) : change({ range }))} options={RANGES.map((range) => ({ id: range, label: t.events.ranges[range] }))} />
        <PickOrType opensOn="input" label={t.events.mailing} suggestions={mailings.map((entry) => ({ id: String(entry.id), label: entry.name, detail: String(entry.id) }))} onAdd={(number) => MAILING.test(number) && change({ mailing: Number(number) })} />
        <TextField label={t.events.profile} value={profile} onChange={setProfile} mono />
        <TextField label={t.events.label} value={id} onChange={setId} mono />
        <Button tone="primary" type="submit">{t.events.find}</Button>
      </div>
      {search.range === 'days' ? (
        <div className="filter-row days">
          <DayField label={t.exports.from} value={search.from === undefined ? null : parseDate(search.from)} onChange={(day) => (day === null ? onSearch(without('from')) : change({ from: String(day) }))} min={FIRST_DAY} max={now} />
          <DayField label={t.exports.to} value={search.to === undefined ? null : parseDate(search.to)} onChange={(day) => (day === null ? onSearch(without('to')) : change({ to: String(day) }))} min={search.from === undefined ? FIRST_DAY : parseDate(search.from)} max={now} />
        </div>
      ) : null}
      {picked.length === 0 ? null : <Chips label={t.events.search} chips={picked} onRemove={remove} />}
    </Form>
  );
}
