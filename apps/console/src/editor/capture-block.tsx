import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { catalogQuery, eventTypesQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { Checkbox, TextField } from '../ui/controls.tsx';
import { Chips, PickOrType } from '../ui/pick-or-type.tsx';
import { FormSelect } from './fields.tsx';
import { ALL_DATABASES, FILTER_KINDS, type FilterKind } from './hook-form.ts';
import { useProblem, useValue } from './use-hook-form.ts';

export function CaptureBlock(): ReactNode {
  const t = useText();
  const databases = useQuery(catalogQuery('databases')).data?.data ?? [];
  const [database] = useValue('database');
  const known = databases.map((entry) => ({ id: String(entry.id), label: `${entry.name} (${entry.id})` }));
  const options = [{ id: ALL_DATABASES, label: t.editor.allDatabases }, ...known, ...(database === ALL_DATABASES || known.some(({ id }) => id === database) ? [] : [{ id: database, label: database }])];
  return (
    <section className="block" aria-labelledby="capture">
      <h2 id="capture">{t.editor.capture}</h2>
      <FormSelect name="database" label={t.editor.database} pointer="/database_id" options={options} />
      <Actions />
      <fieldset className="plain">
        <legend>{t.editor.filters}</legend>
        <p className="hint">{t.editor.filtersHelp}</p>
        <div className="two">{FILTER_KINDS.map((kind) => <Filter key={kind} kind={kind} />)}</div>
      </fieldset>
    </section>
  );
}

function Actions(): ReactNode {
  const t = useText();
  const [events, setEvents] = useValue('events');
  const [search, setSearch] = useState('');
  const problem = useProblem('/events');
  const types = useQuery(eventTypesQuery).data?.data ?? [];
  const chosen = new Set(events);
  const found = types.filter((type) => `${type.event_type} ${type.label}`.toLowerCase().includes(search.toLowerCase()));
  const families = [...new Set(found.map((type) => type.family))];
  const set = (names: readonly string[], on: boolean): void => setEvents(on ? [...new Set([...events, ...names])] : events.filter((name) => !names.includes(name)));
  return (
    <fieldset className="plain">
      <legend>{t.editor.actions} <small>{t.editor.selected(events.length)}</small></legend>
      <TextField label={t.editor.actionsSearch} hideLabel type="search" placeholder={t.editor.actionsSearch} value={search} onChange={setSearch} />
      {problem === undefined ? null : <span className="error" role="alert">{problem}</span>}
      <div className="families">
        {families.length === 0 ? <span className="hint">{t.editor.noActions}</span> : null}
        {families.map((family) => {
          const names = found.filter((type) => type.family === family).map((type) => type.event_type);
          const on = names.filter((name) => chosen.has(name)).length;
          return (
            <fieldset key={family}>
              <Checkbox selected={on === names.length} indeterminate={on > 0 && on < names.length} onChange={(selected) => set(names, selected)}><b>{t.families[family] ?? family}</b></Checkbox>
              <div className="of">
                {found.filter((type) => type.family === family).map((type) => (
                  <Checkbox key={type.event_type} selected={chosen.has(type.event_type)} onChange={(selected) => set([type.event_type], selected)}>{type.label} <code>{type.event_type}</code></Checkbox>
                ))}
              </div>
            </fieldset>
          );
        })}
      </div>
    </fieldset>
  );
}

function Filter({ kind }: { readonly kind: FilterKind }): ReactNode {
  const t = useText();
  const [filters, setFilters] = useValue('filters');
  const entries = useQuery(catalogQuery(kind)).data?.data ?? [];
  const names = new Map(entries.map((entry) => [entry.id, entry.name]));
  const ids = filters[kind];
  const set = (next: readonly number[]): void => setFilters({ ...filters, [kind]: next });
  return (
    <div className="form">
      <PickOrType
        label={t.editor.filterKinds[kind]} error={useProblem(`/filters/${kind}`)} suggestions={entries.filter((entry) => !ids.includes(entry.id)).map((entry) => ({ id: String(entry.id), label: entry.name, detail: String(entry.id) }))}
        onAdd={(text) => /^[1-9]\d{0,15}$/.test(text) && !ids.includes(Number(text)) && set([...ids, Number(text)])}
      />
      {ids.length === 0 ? null : <Chips label={t.editor.filterKinds[kind]} chips={ids.map((id) => ({ id: String(id), label: names.get(id) ?? String(id), detail: names.has(id) ? String(id) : t.editor.notInCatalog }))} onRemove={(id) => set(ids.filter((other) => other !== Number(id)))} />}
    </div>
  );
}
