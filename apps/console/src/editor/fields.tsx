// The controls of the editor: each bound to one value of the form and to the problem at its pointer.
import { ChevronDown, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button as AriaButton, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import { useText } from '../text/use-text.ts';
import { Button, Select, Switch, TextField, WholeNumberField, type Option } from '../ui/controls.tsx';
import type { HookForm } from './hook-form.ts';
import { useProblem, useValue } from './use-hook-form.ts';

type Named<T> = { [K in keyof HookForm]: HookForm[K] extends T ? (T extends HookForm[K] ? K : HookForm[K] extends string ? K : never) : never }[keyof HookForm];
type TextName = Exclude<{ [K in keyof HookForm]: HookForm[K] extends string ? K : never }[keyof HookForm], undefined>;
type NumberName = 'batch' | 'window' | 'deadline' | 'port';
type FlagName = Named<boolean>;
type SecretName = 'authSecret' | 'signing' | 'password';

export function FormText({ name, label, pointer, ...rest }: { readonly name: TextName; readonly label: string; readonly pointer: string; readonly hint?: string; readonly placeholder?: string; readonly rows?: number; readonly mono?: boolean; readonly required?: boolean; readonly autoFocus?: boolean }): ReactNode {
  const [value, setValue] = useValue(name);
  return <TextField label={label} value={value as string} onChange={(next) => setValue(next as never)} error={useProblem(pointer)} {...rest} />;
}

export function FormNumber({ name, label, pointer, min, max }: { readonly name: NumberName; readonly label: string; readonly pointer: string; readonly min: number; readonly max: number }): ReactNode {
  const [value, setValue] = useValue(name);
  return <WholeNumberField label={label} value={value} onChange={setValue} error={useProblem(pointer)} min={min} max={max} />;
}

export function FormSwitch({ name, label, hint }: { readonly name: FlagName; readonly label: string; readonly hint?: string }): ReactNode {
  const [value, setValue] = useValue(name);
  return <Switch selected={value as boolean} onChange={(next) => setValue(next as never)} {...(hint === undefined ? {} : { hint })}>{label}</Switch>;
}

export function FormSelect<K extends string>({ name, label, pointer, options }: { readonly name: TextName; readonly label: string; readonly pointer: string; readonly options: readonly Option<K>[] }): ReactNode {
  const [value, setValue] = useValue(name);
  return <Select label={label} value={value as K} onChange={(next) => setValue(next as never)} options={options} error={useProblem(pointer)} />;
}

export function FormSecret({ name, label, pointer, hint }: { readonly name: SecretName; readonly label: string; readonly pointer: string; readonly hint?: string }): ReactNode {
  const t = useText();
  const [value, setValue] = useValue(name);
  return <TextField label={label} type="password" autoComplete="new-password" value={value.text} onChange={(text) => setValue({ ...value, text })} placeholder={value.isSet ? t.editor.isSet : undefined} error={useProblem(pointer)} hint={hint} />;
}

export interface Suggestion {
  readonly id: string;
  readonly label: string;
  readonly detail?: string | undefined;
}

/** Picks from a list by typing, or takes what was typed. */
export function PickOrType({ label, suggestions, onAdd, error, hint, hideLabel }: { readonly label: string; readonly suggestions: readonly Suggestion[]; readonly onAdd: (text: string) => void; readonly error?: string | undefined; readonly hint?: string; readonly hideLabel?: boolean }): ReactNode {
  const t = useText();
  const [typed, setTyped] = useState('');
  const add = (text: string): void => {
    if (text.trim() !== '') onAdd(text.trim());
    setTyped('');
  };
  const shown = suggestions.filter(({ id, label: name }) => `${id} ${name}`.toLowerCase().includes(typed.toLowerCase())).slice(0, 100);
  return (
    <div className="buttons">
      <ComboBox
        className="field" menuTrigger="focus" allowsCustomValue inputValue={typed} onInputChange={setTyped} selectedKey={null} onSelectionChange={(key) => key !== null && add(String(key))} items={shown} allowsEmptyCollection={false}
        onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); const only = shown.find(({ id, label: name }) => id === typed || name.toLowerCase() === typed.toLowerCase()); add(only?.id ?? typed); } }}
      >
        <Label className={hideLabel ? 'hidden' : 'label'}>{label}</Label>
        <div className="combo"><Input /><AriaButton><ChevronDown aria-hidden size={16} /></AriaButton></div>
        {hint === undefined ? null : <span className="hint">{hint}</span>}
        {error === undefined ? null : <span className="error" role="alert">{error}</span>}
        <Popover className="popover"><ListBox className="list">{(suggestion: Suggestion) => <ListBoxItem className="option" id={suggestion.id} textValue={suggestion.label}><span>{suggestion.label}</span>{suggestion.detail === undefined ? null : <small>{suggestion.detail}</small>}</ListBoxItem>}</ListBox></Popover>
      </ComboBox>
      {typed === '' ? null : <Button onPress={() => add(typed)}>{t.app.add}</Button>}
    </div>
  );
}

export function Chips({ label, chips, onRemove }: { readonly label: string; readonly chips: readonly Suggestion[]; readonly onRemove: (id: string) => void }): ReactNode {
  const t = useText();
  return (
    <ul className="chips" aria-label={label}>
      {chips.map((chip) => (
        <li key={chip.id} className="chip">{chip.label}{chip.detail === undefined ? null : <small>{chip.detail}</small>}<AriaButton aria-label={`${t.app.remove}: ${chip.label}`} onPress={() => onRemove(chip.id)}><X aria-hidden size={14} /></AriaButton></li>
      ))}
    </ul>
  );
}
