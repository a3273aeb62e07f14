// Picking from a list by typing, and what was picked.
import { ChevronDown, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button as AriaButton, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import { useText } from '../text/use-text.ts';
import { Button } from './controls.tsx';

export interface Suggestion {
  readonly id: string;
  readonly label: string;
  readonly detail?: string | undefined;
}

/** Picks from a list by typing, or takes what was typed. */
export function PickOrType({ label, suggestions, onAdd, error, hint, hideLabel, opensOn = 'focus' }: { readonly label: string; readonly suggestions: readonly Suggestion[]; readonly onAdd: (text: string) => void; readonly error?: string | undefined; readonly hint?: string; readonly hideLabel?: boolean; readonly opensOn?: 'focus' | 'input' }): ReactNode {
  const t = useText();
  const [typed, setTyped] = useState('');
  // A list that opens by typing would open again when the text is cleared: a fresh field takes its place.
  const [round, setRound] = useState(0);
  const add = (text: string): void => {
    if (text.trim() !== '') onAdd(text.trim());
    setTyped('');
    if (opensOn === 'input') setRound(round + 1);
  };
  const shown = suggestions.filter(({ id, label: name }) => `${id} ${name}`.toLowerCase().includes(typed.toLowerCase())).slice(0, 100);
  return (
    <div className="buttons">
      <ComboBox
        key={round} autoFocus={round > 0}
        className="field" menuTrigger={opensOn} allowsCustomValue inputValue={typed} onInputChange={setTyped} selectedKey={null} onSelectionChange={(key) => key !== null && add(String(key))} items={shown} allowsEmptyCollection={false}
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
