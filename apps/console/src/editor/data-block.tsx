import { TEMPLATE_NAMES } from '@hookline/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import { fieldsQuery } from '../api/queries.ts';
import { useText } from '../text/use-text.ts';
import { Button, TextField } from '../ui/controls.tsx';
import { Chips, PickOrType } from '../ui/pick-or-type.tsx';
import { FormSwitch } from './fields.tsx';
import { ALL_DATABASES } from './hook-form.ts';
import { useProblem, useValue } from './use-hook-form.ts';

export function DataBlock(): ReactNode {
  const t = useText();
  const [fields, setFields] = useValue('fields');
  const [template, setTemplate] = useValue('template');
  const [database] = useValue('database');
  const known = useQuery(fieldsQuery(database === ALL_DATABASES ? null : Number(database))).data?.data ?? [];
  const problem = useProblem('/custom_data/template');
  const change = (index: number, pair: (typeof template)[number]): void => setTemplate(template.map((other, at) => (at === index ? pair : other)));
  return (
    <>
      <section className="block" aria-labelledby="data">
        <h2 id="data">{t.editor.data}</h2>
        <PickOrType label={t.editor.fields} hint={t.editor.ownField} error={useProblem('/custom_data/fields')} suggestions={known.filter((field) => !fields.includes(field.name)).map((field) => ({ id: field.name, label: field.label, detail: field.name }))} onAdd={(name) => !fields.includes(name) && setFields([...fields, name])} />
        {fields.length === 0 ? null : <Chips label={t.editor.fields} chips={fields.map((name) => ({ id: name, label: name }))} onRemove={(name) => setFields(fields.filter((other) => other !== name))} />}
        <fieldset className="plain">
          <legend>{t.editor.template}</legend>
          <p className="hint">{t.editor.templateHelp}</p>
          {problem === undefined ? null : <span className="error" role="alert">{problem}</span>}
          {template.map((pair, index) => (
            // Rows have no identity but their place.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <div className="pair" key={index}>
              <TextField label={t.editor.templateKey} hideLabel={index > 0} value={pair.key} onChange={(key) => change(index, { ...pair, key })} mono />
              <TemplateValue label={t.editor.templateValue} hideLabel={index > 0} value={pair.value} onChange={(value) => change(index, { ...pair, value })} />
              <Button tone="quiet" className="icon" aria-label={`${t.app.remove}: ${pair.key}`} onPress={() => setTemplate(template.filter((_, at) => at !== index))}><Trash2 aria-hidden size={16} /></Button>
            </div>
          ))}
          <div><Button onPress={() => setTemplate([...template, { key: '', value: '' }])}><Plus aria-hidden size={16} />{t.editor.addKey}</Button></div>
        </fieldset>
      </section>
      <section className="block" aria-labelledby="content-block">
        <h2 id="content-block">{t.editor.content}</h2>
        <FormSwitch name="includeContent" label={t.editor.includeContent} />
        <FormSwitch name="includeEventId" label={t.editor.includeEventId} />
      </section>
    </>
  );
}

const TEMPLATES = TEMPLATE_NAMES.map((id) => ({ id }));

/** Where a template is begun and not ended: what stands before it, and its letters so far. */
function begunTemplate(value: string): { readonly before: string; readonly letters: string } | null {
  const open = value.lastIndexOf('{{');
  return open === -1 || value.indexOf('}}', open) !== -1 ? null : { before: value.slice(0, open), letters: value.slice(open + 2).trim() };
}

/** A text in which `{{` opens the list of templates. */
function TemplateValue({ label, hideLabel, value, onChange }: { readonly label: string; readonly hideLabel: boolean; readonly value: string; readonly onChange: (value: string) => void }): ReactNode {
  const isWanted = (name: string, typed: string): boolean => {
    const begun = begunTemplate(typed);
    return begun !== null && name.startsWith(begun.letters);
  };
  return (
    <ComboBox
      className="field" allowsCustomValue menuTrigger="input" inputValue={value} onInputChange={onChange} defaultItems={TEMPLATES} defaultFilter={isWanted} selectedKey={null}
      onSelectionChange={(name) => name !== null && onChange(`${begunTemplate(value)?.before ?? value}{{${name}}}`)}
    >
      <Label className={hideLabel ? 'hidden' : 'label'}>{label}</Label>
      <Input className="mono" spellCheck={false} />
      <Popover className="popover"><ListBox className="list">{({ id }: { readonly id: string }) => <ListBoxItem className="option mono" id={id} textValue={id}>{`{{${id}}}`}</ListBoxItem>}</ListBox></Popover>
    </ComboBox>
  );
}
